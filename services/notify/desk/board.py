"""The board: a stream to follow, what stands on the wall now, and calls into rooms."""

from __future__ import annotations

from typing import Any

from services.chassis.caller import Caller
from services.chassis.entrypoints import PUBLIC, command, query
from services.chassis.wire import moment_text
from services.notify import events
from services.notify.desk.room import Answer, Fact, Room
from services.notify.models import Organisation, Panel, RoomCall, new_id
from services.notify.queries import board
from services.notify.refusals import no
from services.notify.schemas import accepted, said


class BoardDesk(Room):
    """What the LED wall shows."""

    @query(accepted.FollowBoard, permission=PUBLIC)
    def board_events(self, wanted: Fact, by: Caller) -> Answer:
        """The events after number `since` (the last ones without it): {"events", "last"}. Ask on from the last seen."""
        if wanted["since"] is None:
            found = board.latest(self.db, wanted["most"])
        else:
            found = board.since(self.db, wanted["since"], wanted["most"])
        last = found[-1].number if found else wanted["since"] or board.last_number(self.db)
        return {"events": said.BoardEventView(many=True).dump(found), "last": last}

    @query(accepted.Nothing, permission=PUBLIC)
    def board_now(self, wanted: Fact, by: Caller) -> Answer:
        """The wall as it stands: openings, calls, hidden panels, the clock, and the number to follow on from."""
        last = board.last_number(self.db)
        return {
            "openings": said.OpeningView(many=True).dump(board.openings(self.db, self.now())),
            "calls": said.CallView(many=True).dump(board.standing_calls(self.db)),
            "hidden": board.hidden_panels(self.db),
            "at": moment_text(self.now()),
            "last": last,
        }

    @command(accepted.CallIntoRoom, permission="board.call")
    def call_into_room(self, given: Fact, by: Caller) -> Answer:
        """Call somebody into a room: on the wall, and to their people."""
        by.require("board.call")
        organisation = self.db.get(Organisation, given["organisation_id"]) if given["organisation_id"] else None
        name = given["name"] or (organisation.name if organisation else None)
        if name is None:
            no("call_without_name", field="name")
        row = RoomCall(
            organisation_id=given["organisation_id"], name=name, room=given["room"], note=given["note"],
            lot_id=given["lot_id"], called_by=self.person(by), called_at=self.now(),
        )  # fmt: skip
        self.db.add(row)
        self.db.flush()
        self._call_moved("room_called", row)
        fact = {"organisation_id": row.organisation_id, "name": name, "room": row.room, "note": row.note or ""}
        self.tell("room_called", row.id, f"call:{row.id}", fact)
        return said.CallView().dump(row)

    @command(accepted.NameCall, permission="call.acknowledge")
    def acknowledge_call(self, given: Fact, by: Caller) -> Answer:
        """The called say that they come."""
        row = self._call(given["call_id"])
        theirs = row.organisation_id is not None and row.organisation_id == by.organisation_id
        by.require("call.acknowledge", own=theirs)
        if row.taken_down_at is not None:
            no("call_taken_down", field="call_id")
        if row.acknowledged_at is None:
            row.acknowledged_by, row.acknowledged_at = self.person(by), self.now()
            self._call_moved("call_acknowledged", row)
        return said.CallView().dump(row)

    @command(accepted.NameCall, permission="board.call")
    def take_down_call(self, given: Fact, by: Caller) -> Answer:
        """Off the wall."""
        by.require("board.call")
        row = self._call(given["call_id"])
        if row.taken_down_at is None:
            row.taken_down_at = self.now()
            self._call_moved("call_taken_down", row)
        return said.CallView().dump(row)

    @command(accepted.ArrangeBoard, permission="board.manage")
    def arrange_board(self, given: Fact, by: Caller) -> Answer:
        """Show or hide a part of the wall."""
        by.require("board.manage")
        self.db.merge(
            Panel(name=given["panel"], shown=given["shown"], changed_by=self.person(by), changed_at=self.now())
        )
        self.announce(events.event("board_arranged", f"panel:{given['panel']}", **given, at=self.now()))
        self._show("board_arranged", {"panel": given["panel"], "shown": given["shown"]})
        return {"hidden": board.hidden_panels(self.db)}

    def _call(self, call_id: str) -> RoomCall:
        row = self.db.get(RoomCall, call_id, with_for_update=True)
        if row is None:
            no("call_unknown", field="call_id")
        return row

    def _call_moved(self, name: str, row: RoomCall) -> None:
        fact = {"call_id": row.id, "organisation_id": row.organisation_id, "room": row.room, "at": self.now()}
        self.announce(events.event(name, f"call:{row.id}", **fact))
        self._show(name, {"call_id": row.id, "name": row.name, "room": row.room, "note": row.note}, lot_id=row.lot_id)

    def _show(self, kind: str, shows: dict[str, Any], **about: Any) -> None:
        self.db.flush()
        board.append(self.db, new_id(), kind, self.now(), shows, **about)
