"""The opening: the host begins, seats sign in, keys are turned, prices read out, the record signed by all present."""

from __future__ import annotations

from typing import Any

from services.chassis.caller import Caller
from services.chassis.entrypoints import command, query
from services.chassis.refusal import refuse_if
from services.chassis.wire import moment_text
from services.protocol import signatures
from services.protocol.encoding import b64url, from_b64url
from services.protocol.reasons import ProtocolError, Reason
from services.protocol.sealing import shares, turning
from services.protocol.sealing.sheet import SealingSheet as Sheet
from services.tendering import events, finishing, publishing, unsealing
from services.tendering.desk.room import Answer, Given, Room, viewer
from services.tendering.models import (
    Attendance,
    Bid,
    Lot,
    Opening,
    PostedShare,
    Project,
    Recording,
    RecordSignature,
    Remark,
    SealingSheet,
    TurnedKey,
    new_id,
)
from services.tendering.queries import bids, disputes, openings, parties, projects
from services.tendering.refusals import no
from services.tendering.rules import moves, submission
from services.tendering.schemas import openings as accepted
from services.tendering.schemas import said


class OpeningDesk(Room):
    """The ceremony of one lot."""

    @command(accepted.BeginOpening, permission="opening.host")
    def begin_opening(self, given: Given, by: Caller) -> Answer:
        """The host begins; not before the closing, not while a complaint suspends the procurement (法57)."""
        lot, project = self.lot_for(by, "opening.host", given["lot_id"], "begin_opening")
        self._not_suspended(project, lot)
        content = projects.latest_document(self.db, project.id)
        room = given["room"] or (content.content.get("room") if content else None)
        self.db.add(Opening(lot_id=lot.id, host_id=by.person_id, room=room, began_at=self.now()))
        lot.opening_began_at = self.now()
        self.db.flush()
        self.announce(events.of_lot("opening_began", lot, title=lot.title, at=self.now(), room=room))
        self._attend(lot, by, self._seat(lot, by) or "host")
        return {"lot_id": lot.id, "status": "opening", "room": room}

    @command(accepted.OnLot, permission="opening.sign_in")
    def sign_in(self, given: Given, by: Caller) -> Answer:
        """Take one's place: a seat for who is on the sealing sheet, a bidder's place for who bid."""
        lot = projects.lot(self.db, given["lot_id"])
        refuse_if(moves.lot_objections("sign_in", lot.status(self.now())), "move_closed")
        known = openings.attendance(self.db, lot.id, by.person_id)
        if known is not None:
            return {"lot_id": lot.id, "place": known.place}
        place = self._seat(lot, by)
        if place is None and by.organisation_kind == "supplier" and self._bid_of(lot, by) is not None:
            place = "supplier"
        if place is None:
            no("no_place_at_opening", "87-40", "lot_id")
        self._attend(lot, by, place)
        return {"lot_id": lot.id, "place": place}

    @query(accepted.FetchShares, permission="opening.turn_key")
    def wrapped_shares(self, wanted: Given, by: Caller) -> Answer:
        """The manifests of the bids whose shares this holder unwraps, with the sheets they were sealed under."""
        lot = projects.lot(self.db, wanted["lot_id"])
        self.reach(by, "opening.turn_key", projects.project(self.db, lot.project_id))
        refuse_if(moves.lot_objections("fetch_shares", lot.status(self.now())), "move_closed")
        self._seated(lot, by)
        sheets = {each.digest: each for each in projects.sheets(self.db, lot.id)}
        live = sorted(bids.live(self.db, lot.id), key=lambda bid: (sheets[bid.sheet_digest].version, bid.arrival))
        start = int(wanted["after"]) if wanted["after"] and wanted["after"].isdigit() else 0
        page = live[start : start + wanted["limit"]]
        following = start + len(page)
        return {
            "sheets": [
                {"digest": each, "sheet": sheets[each].content} for each in {bid.sheet_digest: 0 for bid in page}
            ],
            "manifests": [bid.manifest for bid in page],
            "count": len(live),
            "next": str(following) if following < len(live) else None,
        }

    @command(accepted.PostShares, permission="opening.turn_key")
    def post_shares(self, given: Given, by: Caller) -> Answer:
        """A holder turns the key: signed shares, each checked against its commitment; the last share opens the lot.

        Thousands of bids come in several turns, each for the bids it names.
        """
        lot, project = self.lot_for(by, "opening.turn_key", given["lot_id"], "post_shares")
        self._not_suspended(project, lot)
        place = self._seated(lot, by)
        turned, sheet = given["turned"], self._sheet(lot, given["turned"])
        named = _named(turned)
        made = {
            bid.id: bid.manifest or {}
            for bid in bids.live(self.db, lot.id)
            if bid.sheet_digest == sheet.digest and bid.id in named
        }
        if turned.get("shares") == []:
            no("turn_of_no_bid", "87-40", "turned")
        found = turning.faults(turned, Sheet(sheet.content), made) or self._holder_faults(turned, sheet, place, by)
        found += turning.signature_faults(turned, given["signed"])
        signer = given["signed"].get("signer")
        objections = publishing.of_protocol(found, "87-40", "turned")
        certificate = parties.certificate(self.db, signer)
        objections += submission.certificate_objections(certificate, by.person_id, self.now())
        refuse_if(objections, "turn_refused")
        wrong = turning.false_shares(turned, made)
        key = TurnedKey(
            id=new_id(), lot_id=lot.id, sheet_digest=sheet.digest, seat=place, person_id=by.person_id,
            fingerprint=turned["holder"], digest=given["signed"]["statement"]["digest"], signed=given["signed"],
            short=wrong, at=self.now(),
        )  # fmt: skip
        self.db.add(key)
        for each in turned["shares"]:
            self._post(each["bid"], place, each["share"], by)
        self.db.flush()
        self.announce(
            events.of_lot(
                "seat_turned",
                lot,
                seat=place,
                person_id=by.person_id,
                digest=key.digest,
                short=len(wrong),
                at=self.now(),
            )
        )
        return self._after_shares(lot, project, wrong)

    @command(accepted.HandInShare, permission="opening.confirm")
    def hand_in_share(self, given: Given, by: Caller) -> Answer:
        """The supplier present hands in its own keepsake for a seat that turned and could not read its share."""
        lot, project = self._opening_lot(given["lot_id"], "post_shares")
        bid = self._bid_of(lot, by)
        if bid is None or bid.manifest is None:
            no("no_bid_here", "87-41", "lot_id")
        committed = {each["seat"]: each["commitment"] for each in bid.manifest["shares"]}
        if given["seat"] in committed and given["seat"] not in openings.shares(self.db, lot.id).get(bid.id, {}):
            no("seats_not_turned", "87-40", "seat", seats=given["seat"])
        try:
            share = from_b64url(given["share"])
        except ProtocolError as error:
            refuse_if(publishing.of_protocol([error.reason], "87-41", "share"))
            raise
        if given["seat"] not in committed or not shares.matches(share, committed[given["seat"]]):
            wrong = Reason(
                "share_false", f"the share is not the one committed to for {given['seat']}", seat=given["seat"]
            )
            refuse_if(publishing.of_protocol([wrong], "87-41", "share"))
        self._post(bid.id, given["seat"], b64url(share), by)
        self.db.flush()
        return self._after_shares(lot, project, [])

    @command(accepted.OnLot, permission="opening.host")
    def conclude_unsealing(self, given: Given, by: Caller) -> Answer:
        """Every seat has turned and some shares still do not match: the host goes on, faults on record, by whose."""
        lot, project = self.lot_for(by, "opening.host", given["lot_id"], "read_out")
        waiting = unsealing.seats_without_a_turn(self.db, lot, projects.sheets(self.db, lot.id)[-1].content)
        if waiting:
            no("seats_not_turned", "87-40", "lot_id", seats=", ".join(waiting))
        self._read_out(lot, project)
        return {"lot_id": lot.id, "status": "read_out"}

    @command(accepted.ConfirmReading, permission="opening.confirm")
    def confirm_reading(self, given: Given, by: Caller) -> Answer:
        """The bidder confirms what was read out, or objects on the spot."""
        lot = projects.lot(self.db, given["lot_id"], lock=True)
        refuse_if(moves.lot_objections("confirm_reading", lot.status(self.now())), "move_closed")
        bid = self._bid_of(lot, by)
        if bid is None:
            no("no_bid_here", "87-41", "lot_id")
        if given["kind"] == "object" and not given["text"]:
            no("objection_without_words", "87-42", "text")
        remark = Remark(
            id=new_id(), lot_id=lot.id, bid_id=bid.id, supplier_id=bid.supplier_id, person_id=by.person_id,
            kind=given["kind"], text=given["text"], at=self.now(),
        )  # fmt: skip
        self.db.add(remark)
        self.db.flush()
        self.announce(events.of_remark("remark_made", remark, self.now()))
        return {"remark_id": remark.id, "kind": remark.kind}

    @command(accepted.AnswerRemark, permission="opening.host")
    def answer_remark(self, given: Given, by: Caller) -> Answer:
        """The host answers an objection there and then (87-42)."""
        remark = self.db.get(Remark, given["remark_id"], with_for_update=True)
        if remark is None or remark.answered_at is not None:
            no("remark_unknown", id=given["remark_id"])
        self.lot_for(by, "opening.host", remark.lot_id, "answer_remark")
        remark.answer, remark.answered_by, remark.answered_at = given["answer"], by.person_id, self.now()
        self.announce(events.of_remark("remark_answered", remark, self.now()))
        return {"remark_id": remark.id, "answered": True}

    @command(accepted.SignRecord, permission="opening.sign")
    def sign_record(self, given: Given, by: Caller) -> Answer:
        """One of those present signs the record; the last signature lets the opening end."""
        lot, project = self._opening_lot(given["lot_id"], "sign_record")
        opening = openings.opening(self.db, lot.id, lock=True)
        place = openings.attendance(self.db, lot.id, by.person_id)
        if place is None:
            no("not_present", "87-42", "lot_id")
        open_remarks = [
            each for each in openings.remarks(self.db, lot.id) if each.kind == "object" and not each.answered_at
        ]
        if open_remarks:
            no("remark_unanswered", "87-42", "lot_id", count=len(open_remarks))
        expect = {"what": "opening_record", "digest": opening.record_digest, "lot": lot.id}
        found = publishing.of_protocol(signatures.verify(given["signed"], expect), "87-42", "signed")
        certificate = parties.certificate(self.db, given["signed"].get("signer"))
        refuse_if(found + submission.certificate_objections(certificate, by.person_id, self.now()), "signature_refused")
        if by.person_id not in {each.person_id for each in openings.signatures(self.db, lot.id)}:
            signature = RecordSignature(
                id=new_id(),
                lot_id=lot.id,
                person_id=by.person_id,
                place=place.place,
                signed=given["signed"],
                at=self.now(),
            )
            self.db.add(signature)
            self.db.flush()
            self.announce(events.record_signed(signature, opening.record_digest or ""))
        finished = finishing.finish_if_ready(self.db, self.announce, lot, project, self.now())
        missing = finishing.missing_signatures(self.db, lot.id)
        return {"lot_id": lot.id, "missing": missing, "status": "opened" if finished else "read_out"}

    @command(accepted.AddRecording, permission="recording.add")
    def add_recording(self, given: Given, by: Caller) -> Answer:
        """Attach a recording of the room (录音录像) by its digest."""
        lot, _ = self.lot_for(by, "recording.add", given["lot_id"], "add_recording")
        if not self.store().has(given["digest"]):
            no("recording_not_stored", "87-39", "digest")
        if given["ended_at"] < given["began_at"]:
            no("recording_ends_before", "87-39", "ended_at")
        size = self.store().size(given["digest"])
        self.db.add(Recording(**given, size=size, added_by=by.person_id, added_at=self.now(), id=new_id()))
        self.db.flush()
        self.announce(events.of_lot("recording_added", lot, kind=given["kind"], digest=given["digest"], at=self.now()))
        return {"lot_id": lot.id, "digest": given["digest"], "size": size}

    @query(accepted.OnLot, permission="opening.read")
    def opening(self, wanted: Given, by: Caller) -> Answer:
        """The opening as those inside watch it: who is there, which seats turned, what was read out, who signed."""
        lot = projects.lot(self.db, wanted["lot_id"])
        project = projects.project(self.db, lot.project_id)
        bid = self._bid_of(lot, by)
        by.require(
            "opening.read",
            own=bid is not None or by.organisation_id == project.purchaser_id,
            project=self.named_on(by, project),
        )
        shown = self._shown_opening(lot, whole=viewer(by, project) in ("centre", "watcher", "purchaser"))
        if viewer(by, project) == "supplier" and not self.public_opening(project):
            mine = [each for each in shown["bids"] if each["supplier_id"] == by.organisation_id]
            return {**shown, "bids": mine, "record": None, "remarks": []}
        return shown

    def _shown_opening(self, lot: Lot, *, whole: bool) -> dict[str, Any]:
        opening = openings.opening(self.db, lot.id)
        rows = openings.opened(self.db, lot.id)
        return {
            "lot_id": lot.id,
            "status": lot.status(self.now()),
            "host_id": opening.host_id,
            "room": opening.room,
            "began_at": moment_text(opening.began_at),
            "present": [
                {"person_id": each.person_id, "name": each.person_name, "place": each.place}
                for each in openings.present(self.db, lot.id)
            ],
            "turned": [
                {"seat": each.seat, "person_id": each.person_id, "short": each.short}
                for each in openings.turned(self.db, lot.id)
            ],
            "record": opening.record,
            "record_digest": opening.record_digest,
            "signed": [each.person_id for each in openings.signatures(self.db, lot.id)],
            "missing": finishing.missing_signatures(self.db, lot.id),
            "files": {"opened": sum(each.files_at is not None for each in rows), "of": len(rows)},
            "remarks": [
                {
                    "remark_id": each.id,
                    "bid_id": each.bid_id,
                    "kind": each.kind,
                    "text": each.text,
                    "answer": each.answer,
                }
                for each in openings.remarks(self.db, lot.id)
            ],
            "bids": (said.OpenedBidView if whole else said.ReadBidView)(many=True).dump(rows),
        }

    def _attend(self, lot: Lot, by: Caller, place: str) -> None:
        name = by.name or parties.person_name(self.db, by.person_id)
        self.db.add(
            Attendance(
                id=new_id(), lot_id=lot.id, person_id=by.person_id, person_name=name,
                organisation_id=by.organisation_id, place=place, at=self.now(),
            )
        )  # fmt: skip
        self.db.flush()
        self.announce(events.of_lot("signed_in", lot, person_id=by.person_id, place=place, at=self.now()))

    def _seat(self, lot: Lot, by: Caller) -> str | None:
        for sheet in reversed(projects.sheets(self.db, lot.id)):
            for seat in sheet.content["seats"]:
                if any(each["person"] == by.person_id for each in seat["holders"]):
                    return str(seat["seat"])
        return None

    def _seated(self, lot: Lot, by: Caller) -> str:
        known = openings.attendance(self.db, lot.id, by.person_id)
        seats = {seat["seat"] for each in projects.sheets(self.db, lot.id) for seat in each.content["seats"]}
        if known is None or known.place not in seats:
            no("not_seated", "87-40", "lot_id")
        return known.place

    def _bid_of(self, lot: Lot, by: Caller) -> Bid | None:
        mine = bids.of_supplier(self.db, lot.id, by.organisation_id) if by.organisation_id else []
        return next((each for each in mine if each.manifest is not None), None)

    def _opening_lot(self, lot_id: str, move: str) -> tuple[Lot, Project]:
        lot = projects.lot(self.db, lot_id, lock=True)
        refuse_if(moves.lot_objections(move, lot.status(self.now())), "move_closed")
        return lot, projects.project(self.db, lot.project_id)

    def _sheet(self, lot: Lot, turned: dict[str, Any]) -> SealingSheet:
        found = next((each for each in projects.sheets(self.db, lot.id) if each.digest == turned.get("sheet")), None)
        return found if found is not None else no("sheet_unknown", "87-40", "turned.sheet")

    def _holder_faults(self, turned: dict[str, Any], sheet: SealingSheet, place: str, by: Caller) -> list[Reason]:
        seats = {seat["seat"]: seat["holders"] for seat in sheet.content["seats"]}
        mine = [each["fingerprint"] for each in seats.get(place, ()) if each["person"] == by.person_id]
        if turned["seat"] == place and turned["holder"] in mine:
            return []
        return [Reason("turn_stranger", "the certificate named is no holder of that seat")]

    def _post(self, bid_id: str, seat: str, share: str | None, by: Caller) -> None:
        self.db.add(
            PostedShare(id=new_id(), bid_id=bid_id, seat=seat, share=share, posted_by=by.person_id, at=self.now())
        )

    def _after_shares(self, lot: Lot, project: Project, wrong: list[str]) -> dict[str, Any]:
        short = unsealing.short(self.db, lot)
        if not short:
            self._read_out(lot, project)
        seats = sorted({seat for each in short.values() for seat in each})
        return {"lot_id": lot.id, "short": wrong, "waiting_for": seats, "status": lot.status(self.now())}

    def _read_out(self, lot: Lot, project: Project) -> None:
        unsealing.read_out(self.db, self.announce, self.store(), lot, project, self.now())
        finishing.finish_if_ready(self.db, self.announce, lot, project, self.now())

    def _not_suspended(self, project: Project, lot: Lot) -> None:
        held = disputes.suspended(self.db, project.id, lot.id, self.now())
        if held is not None and held.suspended_until is not None:
            no("procurement_suspended", "法57", until=moment_text(held.suspended_until))


def _named(turned: dict[str, Any]) -> set[str]:
    entries = turned.get("shares")
    told = entries if isinstance(entries, list) else []
    return {each["bid"] for each in told if isinstance(each, dict) and isinstance(each.get("bid"), str)}
