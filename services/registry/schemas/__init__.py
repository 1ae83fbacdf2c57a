"""The registry's published wire format: what it accepts (verb phrases), says (nouns), announces and hears."""

from services.registry.schemas import announced, certificates, experts, identity, rule_data, suppliers

__all__ = ["announced", "certificates", "experts", "identity", "rule_data", "suppliers"]
