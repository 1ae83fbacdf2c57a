"""Tendering's entrypoints: read, decide, record, answer. One file per noun, put together here.

| file | what comes in there |
|---|---|
| `desk/entrusting.py` | entrustments, plans, acceptance, people of a project |
| `desk/documents.py` | templates, tender documents: drafted, checked, reviewed, confirmed |
| `desk/publishing.py` | key holders and their proofs, invitations, notices |
| `desk/amending.py` | amendments, by two people |
| `desk/asking.py` | downloads, questions and answers |
| `desk/bidding.py` | sealed bids with receipts, bonds |
| `desk/opening.py` | the ceremony: places, keys, prices, remarks, signatures, recordings |
| `desk/endings.py` | failed lots, cancelled projects, tendering again, bonds given back |
| `desk/disputing.py` | challenges and complaints |
| `desk/reading.py` | pages, lists, the law, duties, warnings, the archive |
| `desk/past.py` | where a project stood at any moment of the past |
| `desk/hearing.py` | facts of the other departments |
| `desk/clockwork.py` | what the clock does |
"""

from services.tendering.desk.amending import AmendingDesk
from services.tendering.desk.asking import AskingDesk
from services.tendering.desk.bidding import BiddingDesk
from services.tendering.desk.clockwork import ClockDesk
from services.tendering.desk.disputing import DisputingDesk
from services.tendering.desk.documents import DocumentsDesk
from services.tendering.desk.endings import EndingsDesk
from services.tendering.desk.entrusting import EntrustingDesk
from services.tendering.desk.hearing import HearingDesk
from services.tendering.desk.opening import OpeningDesk
from services.tendering.desk.past import PastDesk
from services.tendering.desk.publishing import PublishingDesk
from services.tendering.desk.reading import ReadingDesk
from services.tendering.secrecy import secrecy


class TenderingService(
    EntrustingDesk,
    DocumentsDesk,
    PublishingDesk,
    AmendingDesk,
    AskingDesk,
    BiddingDesk,
    OpeningDesk,
    EndingsDesk,
    DisputingDesk,
    ReadingDesk,
    PastDesk,
    HearingDesk,
    ClockDesk,
):
    """From entrustment to the opened bids (招标)."""

    name = "tendering"
    secrecy = staticmethod(secrecy)
