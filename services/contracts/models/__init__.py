"""The department's tables, split by noun; the gravest rules stand here as constraints."""

from services.contracts.models.agreements import Agreement, Contract, ContractText, Signature
from services.contracts.models.awards import Award, AwardHold, Bond, LoserNotice, LotReturn
from services.contracts.models.base import Base, new_id
from services.contracts.models.figures import FigureCell, FigureFact, FigureLot, FigureProject
from services.contracts.models.foreign import (
    Appointment,
    EnrolledCertificate,
    HeardDispute,
    Lot,
    OpenedBid,
    Organisation,
    Person,
    Project,
    Ranking,
    Survey,
)
from services.contracts.models.performance import (
    Acceptance,
    ContractLine,
    Delivery,
    DeliveryLine,
    Invoice,
    Payment,
    PerformanceRecord,
)

__all__ = [
    "Acceptance",
    "Agreement",
    "Appointment",
    "Award",
    "AwardHold",
    "Base",
    "Bond",
    "Contract",
    "ContractLine",
    "ContractText",
    "Delivery",
    "DeliveryLine",
    "EnrolledCertificate",
    "FigureCell",
    "FigureFact",
    "FigureLot",
    "FigureProject",
    "HeardDispute",
    "Invoice",
    "LoserNotice",
    "Lot",
    "LotReturn",
    "OpenedBid",
    "Organisation",
    "Payment",
    "PerformanceRecord",
    "Person",
    "Project",
    "Ranking",
    "Signature",
    "Survey",
    "new_id",
]
