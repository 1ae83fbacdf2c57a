"""The department's tables, split by noun; the gravest rules stand here as constraints."""

from services.tendering.models.base import Base, new_id
from services.tendering.models.bids import Bid, Bond
from services.tendering.models.disputes import Challenge, Complaint
from services.tendering.models.notices import (
    Amendment,
    Archive,
    Download,
    Notice,
    Question,
    Recording,
    SealingSheet,
    SeatHolder,
)
from services.tendering.models.openings import (
    Attendance,
    OpenedBid,
    Opening,
    PostedShare,
    RecordSignature,
    Remark,
    Signal,
    TurnedKey,
)
from services.tendering.models.parties import Appointment, EnrolledCertificate, Organisation, Person, RuleDatum
from services.tendering.models.projects import Document, Invitation, Lot, Project, RiskWarning, TemplateVersion

__all__ = [
    "Amendment",
    "Appointment",
    "Archive",
    "Attendance",
    "Base",
    "Bid",
    "Bond",
    "Challenge",
    "Complaint",
    "Document",
    "Download",
    "EnrolledCertificate",
    "Invitation",
    "Lot",
    "Notice",
    "OpenedBid",
    "Opening",
    "Organisation",
    "Person",
    "PostedShare",
    "Project",
    "Question",
    "RecordSignature",
    "Recording",
    "Remark",
    "RiskWarning",
    "RuleDatum",
    "SealingSheet",
    "SeatHolder",
    "Signal",
    "TemplateVersion",
    "TurnedKey",
    "new_id",
]
