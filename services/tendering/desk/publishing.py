"""Key holders and their proofs, invitations, the notice with its sealing sheets, amendments."""

from __future__ import annotations

import secrets
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from services.chassis.caller import Caller
from services.chassis.entrypoints import PUBLIC, command, query
from services.chassis.objection import Objection
from services.chassis.refusal import refuse_if
from services.protocol.reasons import ProtocolError
from services.protocol.sealing import holding
from services.protocol.sealing import sheet as sealing_sheet
from services.tendering import documents, events, publishing
from services.tendering.desk.room import Answer, Given, Room
from services.tendering.models import Document, Invitation, Project, SeatHolder, new_id
from services.tendering.queries import law, parties, projects
from services.tendering.refusals import no
from services.tendering.rules import duties as separation
from services.tendering.rules import invitations, periods, procedure_choice, procedures
from services.tendering.rules.periods import day_of
from services.tendering.rules.reasons import objection
from services.tendering.schemas import publishing as accepted
from services.tendering.schemas import said
from services.tendering.schemas.entrusting import Nothing, ReadLot
from services.tendering.workdays import load_calendar


class PublishingDesk(Room):
    """From the confirmed document to the published notice, and what is added to it afterwards."""

    @command(accepted.NameHolders, permission="seat.name")
    def name_holders(self, given: Given, by: Caller) -> Answer:
        """Name the key holders of every seat; each is asked to prove that the key is at hand."""
        project = projects.project(self.db, given["project_id"], lock=True)
        self.reach(by, "seat.name", project)
        published = project.published_at is not None
        if not published:
            self.project_for(by, "seat.name", project.id, "name_holders")
        people = [each for held in given["seats"].values() for each in held]
        now = self.now()
        keys = parties.keys(self.db, people, now)
        counted = {each: sum(key.person_id == each for key in keys) for each in people}
        roles, homes = parties.roles(self.db, people, now), parties.homes(self.db, people)
        officials = frozenset(each for each in (project.officer_id, project.reviewer_id) if each)
        refuse_if(separation.holder_objections(given["seats"], roles, homes, project.purchaser_id, counted, officials))
        last = projects.holders(self.db, project.id)
        number = max((each.round for each in last), default=0) + 1
        named = [
            self._holder(project, number, seat, place, person, given["certificates"], keys, last, by)
            for seat, held in given["seats"].items()
            for place, person in enumerate(held)
        ]
        self.db.add_all(named)
        self.db.flush()
        facts = {"project_id": project.id, "seats": publishing.holders_by_seat(named), "at": now}
        self.announce(events.event("holders_named", f"project:{project.id}", facts))
        return {"project_id": project.id, "holders": [_shown(each) for each in named]}

    @query(Nothing, permission="seat.prove")
    def my_key_tests(self, wanted: Given, by: Caller) -> Answer:
        """The tests put to the caller: unwrap the secret with the encryption key, and answer it."""
        mine = select(SeatHolder).where(SeatHolder.person_id == by.person_id, SeatHolder.proven_at.is_(None))
        return {"tests": [_shown(each, test=True) for each in self.db.scalars(mine.order_by(SeatHolder.named_at))]}

    @command(accepted.ProveKey, permission="seat.prove")
    def prove_key(self, given: Given, by: Caller) -> Answer:
        """The holder answers the test; only the right secret proves the key."""
        holder = self.db.get(SeatHolder, given["holder_id"], with_for_update=True)
        if holder is None or holder.person_id != by.person_id:
            no("holder_of_another", "87-40", "holder_id")
        project = projects.project(self.db, holder.project_id)
        self.reach(by, "seat.prove", project)
        try:
            found = holding.verify(holder.test, given["answer"])
        except ProtocolError as error:
            found = [error.reason]
        refuse_if(publishing.of_protocol(found, "87-40", "answer"), "key_not_proven")
        holder.proven_at = holder.proven_at or self.now()
        facts = {
            "project_id": project.id, "seat": holder.seat, "person_id": holder.person_id,
            "fingerprint": holder.fingerprint, "at": self.now(),
        }  # fmt: skip
        self.announce(events.event("key_proven", f"project:{project.id}", facts))
        return {"holder_id": holder.id, "seat": holder.seat, "proven": True}

    @command(accepted.InviteSuppliers, permission="notice.publish")
    def invite_suppliers(self, given: Given, by: Caller) -> Answer:
        """Draw the invited suppliers from a qualified pool (法34), or name the one (法31)."""
        project = self.project_for(by, "notice.publish", given["project_id"], "invite_suppliers")
        procedure = procedures.find(law.book(self.db), project.procedure, day_of(self.now()))
        assert procedure is not None
        if projects.invited(self.db, project.id):
            no("invited_already", procedure.article)
        found = invitations.pool_objections(procedure, given["pool"], given["wanted"])
        found += publishing.application_objections(self.db, project, self.now())
        refuse_if(found + self._unqualified(given["pool"], project))
        seed = secrets.token_bytes(32)
        draw = {
            "pool": sorted(given["pool"]), "pool_digest": invitations.pool_digest(given["pool"]), "seed": seed.hex(),
            "wanted": given["wanted"],
        }  # fmt: skip
        chosen = invitations.chosen(given["pool"], seed, given["wanted"])
        self.db.add_all(
            Invitation(project_id=project.id, supplier_id=each, draw=draw, invited_at=self.now()) for each in chosen
        )
        facts = {**draw, "project_id": project.id, "invited": chosen, "at": self.now()}
        self.announce(events.event("suppliers_invited", f"project:{project.id}", facts))
        return {"project_id": project.id, "invited": chosen, "draw": draw}

    @command(accepted.PublishIntention, permission="notice.publish")
    def publish_intention(self, given: Given, by: Caller) -> Answer:
        """An intention, the publicity of a single supplier (条例38), or a call for prequalification (条例21)."""
        project = self.project_for(by, "notice.publish", given["project_id"], "publish_intention")
        until, now = given["applications_until"], self.now()
        if until is not None:
            book, calendar = law.book(self.db), load_calendar(self.db)
            refuse_if(periods.application_objections(book, project.procedure, day_of(now), until, calendar))
        notice = publishing.publish(
            self.db, self.announce, project, "intention", given["text"], now, by.person_id, period_ends=until
        )
        return said.NoticeView().dump(notice)

    @command(accepted.PublishNotice, permission="notice.publish")
    def publish_notice(self, given: Given, by: Caller) -> Answer:
        """The tender notice with its sealing sheets goes out; the notice day decides whose law counts."""
        project = self.project_for(by, "notice.publish", given["project_id"], "publish_notice")
        document, lots, now = (
            projects.latest_document(self.db, project.id),
            projects.lots_of(self.db, project.id),
            self.now(),
        )
        assert document is not None
        closes_at = datetime.fromisoformat(document.content["closes_at"])
        named = projects.holders(self.db, project.id)
        contents = {lot.id: publishing.sheet_content(self.db, lot.id, closes_at, named) for lot in lots}
        refuse_if(self._publication_objections(project, document, named, contents), "not_publishable")
        self._fix_rules(project, now)
        sheets = {lot.id: publishing.issue_sheet(self.db, lot, contents[lot.id], now).digest for lot in lots}
        for lot in lots:
            lot.published_at, lot.closes_at = now, closes_at
        publishing.store_document(self.db, self.store(), project, document, sheets, now)
        ends = periods.notice_ends(law.book(self.db), project.procedure, day_of(now), load_calendar(self.db))
        text = given["text"] or publishing.tender_text(self.db, project, lots, closes_at, ends)
        notice = publishing.publish(
            self.db, self.announce, project, "tender", text, now, by.person_id,
            document=document, lots=lots, closes_at=closes_at, period_ends=ends,
            available_until=self._available(project, document, {lot.object for lot in lots}, now),
        )  # fmt: skip
        return said.NoticeView().dump(notice)

    @query(ReadLot, permission=PUBLIC)
    def sealing_sheets(self, wanted: Given, by: Caller) -> Answer:
        """Every sealing sheet ever published for a lot, the one in force last: a bid is checked under its own."""
        found = projects.sheets(self.db, projects.lot(self.db, wanted["lot_id"]).id)
        return {"sheets": [{"digest": each.digest, "version": each.version, "sheet": each.content} for each in found]}

    def _holder(
        self, project: Project, number: int, seat: str, place: int, person: str, certificates: dict[str, str],
        keys: list[Any], last: list[SeatHolder], by: Caller,
    ) -> SeatHolder:  # fmt: skip
        mine = [each for each in keys if each.person_id == person]
        wanted = certificates.get(person)
        key = next((each for each in mine if wanted in (None, each.fingerprint)), None)
        if key is None:
            no("no_encryption_certificate", "签名法13", f"certificates.{person}")
        try:
            test = holding.ask(key.pem or "", project.id, seat)
        except ProtocolError as error:
            refuse_if(publishing.of_protocol([error.reason], "签名法13", f"seats.{seat}.{place}"), "key_unsuitable")
            raise
        proven = next(
            (each.proven_at for each in last if (each.fingerprint, each.seat) == (key.fingerprint, seat)), None
        )
        return SeatHolder(
            id=new_id(), project_id=project.id, round=number, seat=seat, place=place, person_id=person,
            fingerprint=key.fingerprint, test=test, named_by=by.person_id, named_at=self.now(), proven_at=proven,
        )  # fmt: skip

    def _unqualified(self, pool: list[str], project: Project) -> list[Objection]:
        found = []
        for place, supplier in enumerate(pool):
            bidder = parties.bidder(self.db, supplier, project.excluded, self.now())
            if bidder is None or bidder.standing != "admitted" or bidder.prepared_the_project:
                found.append(objection("pool_unqualified", "法34", f"pool.{place}", supplier=supplier))
        return found

    def _publication_objections(
        self, project: Project, document: Document, named: list[SeatHolder], contents: dict[str, dict[str, Any]]
    ) -> list[Objection]:
        now, book = self.now(), law.book(self.db)
        found = documents.objections(self.db, project, document, now)
        found += publishing.proof_objections(named) + publishing.application_objections(self.db, project, now)
        if named:
            for content in list(contents.values())[:1]:  # the lots' sheets differ in the lot's id alone
                found += publishing.of_protocol(sealing_sheet.faults(content, now), "87-40", "seats")
        procedure = procedures.find(book, project.procedure, day_of(now))
        if procedure and procedure.publicity != "public" and not projects.invited(self.db, project.id):
            found.append(objection("nobody_invited", procedure.article, "invitations", procedure=procedure.code))
        purchase = procedure_choice.Purchase(
            project.procedure, documents.totals(project), project.budget_level, project.ground, project.approval_no
        )
        row = procedure_choice.needs_publicity(book, day_of(now), purchase)
        if row is not None:
            ends = publishing.publicity_ends(self.db, project, row)
            if ends is None or day_of(now) <= ends:
                found.append(objection("publicity_needed", row.article, "intention", days=row.days, ends=ends or "-"))
        return found

    def _available(self, project: Project, document: Document, objects: set[str], now: datetime) -> date:
        written = document.content.get("available_until")
        if written:
            return date.fromisoformat(written)
        book, calendar = law.book(self.db), load_calendar(self.db)
        return periods.available_until(book, project.procedure, objects, day_of(now), calendar)

    def _fix_rules(self, project: Project, now: datetime) -> None:
        book, day = law.book(self.db), day_of(now)
        procedure = procedures.find(book, project.procedure, day)
        project.published_at, project.notice_day = now, day
        project.rules = {
            "notice_day": day.isoformat(),
            "law_version": book.version,
            "procedure": procedure.row_id if procedure else "",
        }


def _shown(holder: SeatHolder, *, test: bool = False) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "holder_id": holder.id, "project_id": holder.project_id, "seat": holder.seat, "place": holder.place,
        "person_id": holder.person_id, "fingerprint": holder.fingerprint, "proven": holder.proven_at is not None,
    }  # fmt: skip
    return {**shown, "test": holder.test} if test else shown
