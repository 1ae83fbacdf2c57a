"""The department's tables, one file per noun."""

from services.notify.models.base import Base, new_id
from services.notify.models.bulletin import BoardEvent, Notice, Panel, RoomCall
from services.notify.models.desk import Appointment, Enquiry, Handover, Slot, Survey
from services.notify.models.foreign import Bidder, ForeignDuty, Lot, Organisation, Person, Project, Role
from services.notify.models.messages import Delivery, Message, Preference, Reminder, Webhook
from services.notify.models.open_data import Process, Release, SettledRanking

__all__ = [
    "Appointment",
    "Base",
    "Bidder",
    "BoardEvent",
    "Delivery",
    "Enquiry",
    "ForeignDuty",
    "Handover",
    "Lot",
    "Message",
    "Notice",
    "Organisation",
    "Panel",
    "Person",
    "Preference",
    "Process",
    "Project",
    "Release",
    "Reminder",
    "Role",
    "RoomCall",
    "SettledRanking",
    "Slot",
    "Survey",
    "Webhook",
    "new_id",
]
