"""The registry's entrypoints: read, decide, record, answer. One file per noun, put together here.

| file | what comes in there |
|---|---|
| `entrypoints/identity.py` | organisations, people, roles, roster, the permission table, role conflicts |
| `entrypoints/certificates.py` | certificates, possession, rehearsal authority, sessions and tokens |
| `entrypoints/suppliers.py` | self-registration, file, review, standing, suspension, exclusion list |
| `entrypoints/experts.py` | the library, the eligible pool of a draw |
| `entrypoints/rule_data.py` | thresholds, centralised catalogue, categories |
"""

from services.registry.entrypoints.certificates import Certificates
from services.registry.entrypoints.experts import Experts
from services.registry.entrypoints.identity import Identity
from services.registry.entrypoints.rule_data import RuleData
from services.registry.entrypoints.suppliers import Suppliers
from services.registry.secrecy import secrecy


class RegistryService(Identity, Certificates, Suppliers, Experts, RuleData):
    """Who may take part (名录与身份)."""

    name = "registry"
    secrecy = staticmethod(secrecy)
