"""Sealed bids: submitted, replaced, withdrawn, receipted; bid bonds recorded.

Until the closing no answer, event, counter or public journal line tells how many bids there are or whose.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from services.chassis.caller import Caller
from services.chassis.database import refuse_on
from services.chassis.entrypoints import command, query
from services.chassis.objection import Objection
from services.chassis.refusal import refuse_if
from services.chassis.wire import moment_text
from services.protocol.sealing import manifest as manifests
from services.tendering import events, publishing, receipts
from services.tendering.desk.room import Answer, Given, Room, viewer
from services.tendering.models import Bid, Bond, Organisation, Project, new_id
from services.tendering.queries import bids, law, openings, parties, projects
from services.tendering.refusals import no, refusal
from services.tendering.rules import amounts, moves, procedures, submission, visibility
from services.tendering.rules.periods import day_of
from services.tendering.rules.reasons import objection
from services.tendering.schemas import bids as accepted
from services.tendering.schemas import said
from services.tendering.schemas.entrusting import ReadLot


class BiddingDesk(Room):
    """What suppliers hand in before the closing."""

    @command(accepted.SubmitBid, permission="bid.submit")
    def submit_bid(self, given: Given, by: Caller) -> Answer:
        """Accept a sealed bid for a lot, in the place of an earlier one, or refuse it with every reason."""
        made, signed = given["manifest"], given["signed"]
        ground = self._ground(given["lot_id"], by, signed.get("signer"), str(made.get("bid")))
        lot, project = ground.lot, ground.project
        refuse_if(self._objections(ground, made, signed, by), "bid_refused")
        replaced, at = bids.replace(self.db, lot.id, by.organisation_id, made["bid"])
        refuse_if(submission.late(law.book(self.db), self._day(project), lot.object, lot.closes_at, at), "bid_late")
        bid = Bid(
            id=made["bid"], lot_id=lot.id, supplier_id=by.organisation_id,
            supplier=self._bidder_facts(ground.supplier, by), agent_id=by.person_id, manifest=made, signed=signed,
            manifest_digest=manifests.digest(made), sheet_digest=made["sheet"], received_at=at, receipt={},
        )  # fmt: skip
        entry = self.announce(events.of_bid("bid_received", bid, at, replaced))
        bid.receipt = receipts.of_entry(
            self.plumbing.key, "bid", entry, at, bid.manifest_digest, self.plumbing.department
        )
        late = refusal("bid_late", "87-33", "lot_id", closes_at=_text(lot.closes_at), at=at.isoformat())
        taken = refusal("bid_replayed", "87-33", "manifest.bid")
        twice = refusal("bid_twice_at_once", "87-34", "lot_id")
        with refuse_on("bid_in_time", late), refuse_on("pk_bid", taken), refuse_on("uq_bid_live", twice):
            bids.keep(self.db, bid)
        return {"bid_id": bid.id, "lot_id": lot.id, "receipt": bid.receipt}

    @command(accepted.WithdrawBid, permission="bid.withdraw")
    def withdraw_bid(self, given: Given, by: Caller) -> Answer:
        """Withdraw the live bid before the closing; a record stays, no content."""
        ground = self._ground(given["lot_id"], by)
        lot, project = ground.lot, ground.project
        bid = bids.live_of(self.db, lot.id, by.organisation_id or "")
        if bid is None:
            no("no_bid_to_withdraw", "87-34", "lot_id")
        at = bids.law_clock(self.db)
        refuse_if(submission.late(law.book(self.db), self._day(project), lot.object, lot.closes_at, at), "bid_late")
        bid.manifest = bid.signed = None
        bid.withdrawn_at = at
        entry = self.announce(events.of_bid("bid_withdrawn", bid, at))
        late = refusal("bid_late", "87-33", "lot_id", closes_at=_text(lot.closes_at), at=at.isoformat())
        with refuse_on("bid_in_time", late):
            self.db.flush()
        signed = receipts.of_entry(
            self.plumbing.key, "withdrawal", entry, at, bid.manifest_digest, self.plumbing.department
        )
        return {"bid_id": bid.id, "lot_id": lot.id, "receipt": signed}

    @query(accepted.OwnBids, permission="bid.read")
    def my_bids(self, wanted: Given, by: Caller) -> Answer:
        """One's own bids for a lot with their receipts."""
        found = bids.of_supplier(self.db, wanted["lot_id"], by.organisation_id)
        return {"bids": said.BidView(many=True).dump(found)}

    @query(ReadLot, permission="opening.read")
    def bids_of_lot(self, wanted: Given, by: Caller) -> Answer:
        """The bids of a lot, as far as the caller may see them: nothing before the closing, not even their number."""
        lot = projects.lot(self.db, wanted["lot_id"])
        project = projects.project(self.db, lot.project_id)
        who = viewer(by, project)
        mine = [each for each in bids.of_supplier(self.db, lot.id, by.organisation_id) if each.manifest is not None]
        who = "others" if who == "supplier" and not mine else who
        thing = "bids" if self.public_opening(project) else "bids_unread"
        view = visibility.view(thing, visibility.bid_state(lot.status(self.now())), who)
        if view == visibility.OWN:
            return {"bids": said.BidView(many=True).dump(mine)}
        if view == visibility.COUNT:
            return {"count": bids.count(self.db, lot.id)}
        if view != visibility.ALL:
            no("secret_until_closing", "87-24")
        shape = said.OpenedBidView if who in ("centre", "watcher", "purchaser") else said.ReadBidView
        return {"opened": shape(many=True).dump(openings.opened(self.db, lot.id))}

    @command(accepted.RecordBond, permission="bid.submit")
    def record_bond(self, given: Given, by: Caller) -> Answer:
        """Record a bid bond: never cash, at least what the document asks (条例33); secret until the closing."""
        lot = projects.lot(self.db, given["lot_id"])
        project = projects.project(self.db, lot.project_id)
        refuse_if(moves.lot_objections("record_bond", lot.status(self.now())), "move_closed")
        asked = lot.terms.get("bid_bond")
        found = amounts.bond_form_objections(law.book(self.db), self._day(project), given["form"])
        found += amounts.bond_amount_objections(asked, given["amount"])
        refuse_if(found)
        bond = Bond(
            **given, supplier_id=by.organisation_id, recorded_by=by.person_id, recorded_at=self.now(), id=new_id()
        )
        self.db.add(bond)
        with refuse_on("uq_bond_live", refusal("bond_recorded_before", "条例33", "lot_id")):
            self.db.flush()
        self.announce(events.of_bond("bond_recorded", bond, self.now()))
        return said.BondView().dump(bond)

    @query(ReadLot, permission="bid.read")
    def my_bonds(self, wanted: Given, by: Caller) -> Answer:
        """One's own bonds for a lot."""
        return {"bonds": said.BondView(many=True).dump(bids.bonds(self.db, wanted["lot_id"], by.organisation_id or ""))}

    @query(ReadLot, permission="download.read")
    def bonds(self, wanted: Given, by: Caller) -> Answer:
        """The bonds of a lot; nobody is told before the closing."""
        lot = projects.lot(self.db, wanted["lot_id"])
        project = projects.project(self.db, lot.project_id)
        self.reach(by, "download.read", project)
        state = visibility.taking_state(lot.status(self.now()))
        if visibility.view("bonds", state, viewer(by, project)) != visibility.ALL:
            no("secret_until_closing", "87-24")
        return {"bonds": said.BondView(many=True).dump(bids.bonds(self.db, lot.id))}

    def _ground(self, lot_id: str, by: Caller, signer: object = None, bid_id: str = "") -> bids.Ground:
        """What a bid for the lot is judged by; refuses at once what comes late."""
        found = bids.ground(self.db, lot_id, by.organisation_id, signer, bid_id)
        if found is None:
            no("lot_unknown", id=lot_id)
        lot, day = found.lot, self._day(found.project)
        refuse_if(submission.late(law.book(self.db), day, lot.object, lot.closes_at, found.at), "bid_late")
        refuse_if(moves.lot_objections("submit_bid", lot.status(found.at)), "move_closed")
        return found

    def _objections(
        self, ground: bids.Ground, made: dict[str, Any], signed: dict[str, Any], by: Caller
    ) -> list[Objection]:
        lot, project = ground.lot, ground.project
        book, day, now = law.book(self.db), self._day(project), self.now()
        procedure = procedures.find(book, project.procedure, day)
        invited = None
        if procedure and procedure.publicity != "public":
            invited = by.organisation_id in projects.invited(self.db, project.id)
        terms = submission.Terms(
            project.procedure, lot.object, lot.category, bool(lot.terms["reserved_for_small"]), invited
        )
        bidder = parties.as_bidder(ground.supplier, project.excluded, now)
        found = submission.bidder_objections(book, day, bidder, terms)
        shape = manifests.faults(made, projects.sheet_in_force(self.db, lot.id))
        found += [objection("bid_replayed", "87-33", "manifest.bid")] if ground.taken else []
        found += publishing.of_protocol(shape, "87-33", "manifest")
        if shape:
            return found
        if made["supplier"] != by.organisation_id:
            found.append(objection("bid_of_another", "87-33", "manifest.supplier"))
        found += publishing.of_protocol(manifests.signature_faults(made, signed), "签名法13", "signed")
        certificate = parties.as_enrolled(ground.certificate)
        found += submission.certificate_objections(certificate, by.person_id, now)
        return found + self._not_stored(made)

    def _not_stored(self, made: dict[str, Any]) -> list[Objection]:
        store, found = self.store(), []
        for part in ("price", "files"):
            digest, size = made[part]["digest"], made[part]["size"]
            stored = store.find(digest)
            if stored is None:
                found.append(objection("ciphertext_not_stored", "87-33", f"manifest.{part}", part=part, digest=digest))
            elif stored.size != size:
                found.append(objection("ciphertext_size_differs", "87-33", f"manifest.{part}", part=part, size=size))
        return found

    def _bidder_facts(self, told: Organisation | None, by: Caller) -> dict[str, Any]:
        assert told is not None, "who is unknown was refused"
        return {
            "name": told.name, "credit_code": told.credit_code, "size": told.size, "standing": told.standing,
            "responsible_person": told.responsible_person, "controllers": told.controllers,
            "agent": by.name or parties.person_name(self.db, by.person_id), "roles": sorted(by.roles),
        }  # fmt: skip

    def _day(self, project: Project) -> Any:
        return project.notice_day or day_of(self.now())


def _text(moment: datetime | None) -> str:
    return moment_text(moment) if moment else "-"
