"""Reads with a name, one file per noun."""

from services.registry.queries import certificates, experts, identity, rule_data, suppliers

__all__ = ["certificates", "experts", "identity", "rule_data", "suppliers"]
