"""The registry's tables, one file per noun."""

from services.registry.models.base import Base
from services.registry.models.certificates import Certificate, IssuedCertificate, Session, SpentChallenge
from services.registry.models.experts import Expert, ExpertPerformance, ExpertSuspension, ExpertVersion
from services.registry.models.identity import Appointment, Organisation, Person, RuleRow, SupervisorDuty
from services.registry.models.suppliers import Supplier, SupplierPerformance, SupplierRestriction, SupplierVersion

__all__ = [
    "Appointment",
    "Base",
    "Certificate",
    "Expert",
    "ExpertPerformance",
    "ExpertSuspension",
    "ExpertVersion",
    "IssuedCertificate",
    "Organisation",
    "Person",
    "RuleRow",
    "Session",
    "SpentChallenge",
    "SupervisorDuty",
    "Supplier",
    "SupplierPerformance",
    "SupplierRestriction",
    "SupplierVersion",
]
