"""The notify department: its rooms put together. Each entrypoint stands in `desk/`, in the room of its noun.

| file | what comes in there |
|---|---|
| `desk/hearing_*.py` | facts of the other departments, and what each does here |
| `desk/messages.py` `desk/webhooks.py` | inbox, preferences, deliveries, partners |
| `desk/bulletin.py` `desk/board.py` | the public notices, the LED wall, calls into rooms |
| `desk/enquiries.py` `desk/appointments.py` `desk/surveys.py` | questions, times, satisfaction |
| `desk/reminders.py` `desk/alarms.py` | duties falling due; what is wrong with a log |
| `desk/open_data.py` | OCDS packages |
"""

from __future__ import annotations

from services.chassis.providers import Announce, Clock, Database, Plumbing
from services.notify.desk.alarms import AlarmDesk
from services.notify.desk.appointments import AppointmentDesk
from services.notify.desk.board import BoardDesk
from services.notify.desk.bulletin import BulletinDesk
from services.notify.desk.enquiries import EnquiryDesk
from services.notify.desk.hearing_contracts import ContractsHearing
from services.notify.desk.hearing_duties import DutyHearing
from services.notify.desk.hearing_evaluation import EvaluationHearing
from services.notify.desk.hearing_registry import RegistryHearing
from services.notify.desk.hearing_tendering import TenderingHearing
from services.notify.desk.messages import MessageDesk
from services.notify.desk.open_data import OpenDataDesk
from services.notify.desk.reminders import ReminderDesk
from services.notify.desk.surveys import SurveyDesk
from services.notify.desk.webhooks import WebhookDesk
from services.notify.secrecy import secrecy


class NotifyService(
    RegistryHearing,
    TenderingHearing,
    EvaluationHearing,
    ContractsHearing,
    DutyHearing,
    MessageDesk,
    WebhookDesk,
    BulletinDesk,
    BoardDesk,
    EnquiryDesk,
    AppointmentDesk,
    SurveyDesk,
    ReminderDesk,
    AlarmDesk,
    OpenDataDesk,
):
    """Telling people (告知)."""

    name = "notify"
    secrecy = staticmethod(secrecy)

    db = Database()
    now = Clock()
    announce = Announce()
    plumbing = Plumbing()
