"""What tendering tells us: from the entrustment to the opened bids, challenges and complaints."""

from __future__ import annotations

from services.chassis.entrypoints import PATIENTLY, hears
from services.notify import copies, notices, wall
from services.notify.desk.room import Fact, Room
from services.notify.ocds import tendering
from services.notify.ocds.releasing import releases
from services.notify.schemas import heard


class TenderingHearing(Room):
    """Bulletin, board, messages and releases of the first half."""

    @hears("tendering", "entrustment_submitted", heard.ProjectMoved, retry=PATIENTLY)
    def hear_entrustment_submitted(self, fact: Fact, envelope: Fact) -> None:
        """Finance is told."""
        self.follow(fact, envelope, copies.keep_project)

    @hears("tendering", "plan_confirmed", heard.ProjectMoved, retry=PATIENTLY)
    def hear_plan_confirmed(self, fact: Fact, envelope: Fact) -> None:
        """Planning is public from here."""
        self.follow(fact, envelope, copies.keep_project, releases(tendering.planned))

    @hears("tendering", "entrustment_accepted", heard.ProjectMoved, retry=PATIENTLY)
    def hear_entrustment_accepted(self, fact: Fact, envelope: Fact) -> None:
        """Officer and reviewer are named."""
        self.follow(fact, envelope, copies.keep_project)

    @hears("tendering", "notice_published", heard.NoticePublished, retry=PATIENTLY)
    def hear_notice_published(self, fact: Fact, envelope: Fact) -> None:
        """On the bulletin, into the open data."""
        self.follow(fact, envelope, copies.keep_notice, notices.of_tendering, releases(tendering.noticed))

    @hears("tendering", "deadline_moved", heard.DeadlineMoved, retry=PATIENTLY)
    def hear_deadline_moved(self, fact: Fact, envelope: Fact) -> None:
        """The lots close at another time."""
        self.follow(fact, envelope, copies.move_deadline, wall.deadline_moved, releases(tendering.deadline_moved))

    @hears("tendering", "lot_closed", heard.LotMoved, retry=PATIENTLY)
    def hear_lot_closed(self, fact: Fact, envelope: Fact) -> None:
        """No bid comes any more."""
        self.follow(fact, envelope, copies.close_lot, wall.lot_closed)

    @hears("tendering", "opening_began", heard.LotMoved, retry=PATIENTLY)
    def hear_opening_began(self, fact: Fact, envelope: Fact) -> None:
        """On the wall."""
        self.follow(fact, envelope, copies.begin_opening, wall.opening_began)

    @hears("tendering", "seat_turned", heard.SeatTurned, retry=PATIENTLY)
    def hear_seat_turned(self, fact: Fact, envelope: Fact) -> None:
        """On the wall."""
        self.follow(fact, envelope, wall.seat_turned)

    @hears("tendering", "price_read_out", heard.PriceReadOut, retry=PATIENTLY)
    def hear_price_read_out(self, fact: Fact, envelope: Fact) -> None:
        """On the wall."""
        self.follow(fact, envelope, wall.price_read_out)

    @hears("tendering", "bids_opened", heard.BidsOpened, retry=PATIENTLY)
    def hear_bids_opened(self, fact: Fact, envelope: Fact) -> None:
        """Who bid is public from here."""
        self.follow(fact, envelope, copies.open_bids, wall.bids_opened, releases(tendering.bids_opened))

    @hears("tendering", "lot_failed", heard.LotFailed, retry=PATIENTLY)
    def hear_lot_failed(self, fact: Fact, envelope: Fact) -> None:
        """No result; the bidders are told why (法36)."""
        self.follow(fact, envelope, copies.end_lot, wall.lot_failed, releases(tendering.lot_failed))

    @hears("tendering", "project_cancelled", heard.ProjectCancelled, retry=PATIENTLY)
    def hear_project_cancelled(self, fact: Fact, envelope: Fact) -> None:
        """Nothing will be bought."""
        self.follow(fact, envelope, copies.end_project, releases(tendering.cancelled))

    @hears("tendering", "challenge_lodged", heard.ChallengeMoved, retry=PATIENTLY)
    def hear_challenge_lodged(self, fact: Fact, envelope: Fact) -> None:
        """To be answered within seven working days (法53)."""
        self.follow(fact, envelope)

    @hears("tendering", "challenge_answered", heard.ChallengeMoved, retry=PATIENTLY)
    def hear_challenge_answered(self, fact: Fact, envelope: Fact) -> None:
        """The challenger and the parties are told."""
        self.follow(fact, envelope)

    @hears("tendering", "complaint_lodged", heard.ComplaintMoved, retry=PATIENTLY)
    def hear_complaint_lodged(self, fact: Fact, envelope: Fact) -> None:
        """The centre and the purchaser are told."""
        self.follow(fact, envelope)

    @hears("tendering", "complaint_decided", heard.ComplaintMoved, retry=PATIENTLY)
    def hear_complaint_decided(self, fact: Fact, envelope: Fact) -> None:
        """All parties are told (法56)."""
        self.follow(fact, envelope)

    @hears("tendering", "log_alarm", heard.LogAlarm)
    def hear_tendering_alarm(self, fact: Fact, envelope: Fact) -> None:
        """Tell the supervisors."""
        self.follow(fact, envelope)
