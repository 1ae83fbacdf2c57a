"""What the department does by the clock: closes lots, decrypts files, tells of overdue duties."""

from __future__ import annotations

from sqlalchemy import select

from services.chassis import obligations
from services.chassis.entrypoints import every
from services.tendering import ending, finishing, unsealing
from services.tendering.desk.room import Room
from services.tendering.models import Lot
from services.tendering.queries import bids, openings, projects

LOTS_A_TURN = 20
FILES_A_TURN = 2


class ClockDesk(Room):
    """Nobody need press a button for what the law ties to a time."""

    @every(seconds=1)
    def close_lots(self) -> bool:
        """Close every lot whose deadline has come, by the database's clock; too few bids fail by themselves."""
        at = bids.law_clock(self.db)
        due = (
            select(Lot)
            .where(Lot.closes_at <= at, Lot.closed_at.is_(None), Lot.failed_at.is_(None), Lot.published_at.is_not(None))
            .order_by(Lot.closes_at, Lot.id)
            .limit(LOTS_A_TURN)
            .with_for_update()
        )
        lots = list(self.db.scalars(due))
        for lot in lots:
            ending.close(self.db, self.announce, lot, projects.project(self.db, lot.project_id), at)
        return len(lots) == LOTS_A_TURN

    @every(seconds=2)
    def open_files(self) -> bool:
        """Decrypt the files of opened bids into the store, a few bids a turn; the last one may end the opening."""
        waiting = openings.files_waiting(self.db, FILES_A_TURN)
        for opened in waiting:
            lot = projects.lot(self.db, opened.lot_id)
            unsealing.open_files(self.db, self.store(), opened, finishing.names_of(self.db, lot.id))
            opened.files_at = self.now()
            self.db.flush()
            lot, project = finishing.lot_and_project(self.db, opened.lot_id)
            finishing.finish_if_ready(self.db, self.announce, lot, project, self.now())
        return bool(waiting)

    @every(seconds=30)
    def tell_overdue(self) -> None:
        """Tell of each duty whose time ran out, once."""
        obligations.announce_overdue(self.db, self.announce, self.now())
