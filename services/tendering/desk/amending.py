"""Amendments: prepared by one, published by another; what was published stays, the closing moves by itself."""

from __future__ import annotations

from services.chassis.caller import Caller
from services.chassis.entrypoints import command
from services.chassis.objection import Objection
from services.chassis.refusal import refuse_if
from services.tendering import documents, publishing
from services.tendering.desk.room import Answer, Given, Room
from services.tendering.models import Amendment, Document, Lot, Project
from services.tendering.queries import projects
from services.tendering.refusals import no
from services.tendering.rules import amendments
from services.tendering.rules import duties as separation
from services.tendering.rules.reasons import objection
from services.tendering.schemas import publishing as accepted
from services.tendering.schemas import said


class AmendingDesk(Room):
    """What is added to a published notice."""

    @command(accepted.DraftAmendment, permission="notice.amend")
    def draft_amendment(self, given: Given, by: Caller) -> Answer:
        """Prepare an amendment; another publishes it."""
        project = self.project_for(by, "notice.amend", given["project_id"], "amend_notice")
        content = documents.stored(given["content"]) if given["content"] else None
        made = Amendment(**{**given, "content": content, "prepared_by": by.person_id, "prepared_at": self.now()})
        self.db.add(made)
        self.db.flush()
        refuse_if(self._amendment_objections(project, made, self._open_lots(project)), "not_publishable")
        return {"amendment_id": made.id, "project_id": project.id}

    @command(accepted.PublishAmendment, permission="notice.publish")
    def publish_amendment(self, given: Given, by: Caller) -> Answer:
        """What was published stays; the amendment is added, and moves the closing where the law says so (条例31)."""
        made = self.db.get(Amendment, given["amendment_id"], with_for_update=True)
        if made is None or made.published_at is not None:
            no("amendment_unknown", id=given["amendment_id"])
        project = self.project_for(by, "notice.publish", made.project_id, "amend_notice")
        lots, now = self._open_lots(project), self.now()
        refuse_if(separation.review_objections(made.prepared_by, by.person_id or ""), "not_the_reviewer")
        refuse_if(self._amendment_objections(project, made, lots), "not_publishable")
        document = self._amended(project, made, by) if made.content else projects.latest_document(self.db, project.id)
        assert document is not None
        named = projects.holders(self.db, project.id) if made.new_holders else None
        moved = publishing.move_closing(
            self.db, self.announce, project, lots, now, "amendment",
            wanted=made.closes_at, affects_bids=made.affects_bids, named=named,
        )  # fmt: skip
        sheets = {lot.id: projects.sheets(self.db, lot.id)[-1].digest for lot in lots}
        if made.content:
            publishing.store_document(self.db, self.store(), project, document, sheets, now)
        notice = publishing.publish(
            self.db, self.announce, project, "amendment", made.text, now, by.person_id,
            document=document, lots=lots, closes_at=max(each.closes_at for each in lots if each.closes_at),
        )  # fmt: skip
        made.published_at, made.published_by, made.notice_id = now, by.person_id, notice.id
        return {"notice": said.NoticeView().dump(notice), "moved": moved}

    def _amendment_objections(self, project: Project, made: Amendment, lots: list[Lot]) -> list[Objection]:
        if not lots:
            return [objection("nothing_open", "条例31")]
        closing = min(each.closes_at for each in lots if each.closes_at)
        found = amendments.objections(self.now(), closing, made.closes_at)
        if made.content is not None and project.published_at is not None:
            document = projects.latest_document(self.db, project.id)
            assert document is not None
            trial = Document(content=made.content, template_key=document.template_key,
                             template_version=document.template_version)  # fmt: skip
            found += documents.objections(self.db, project, trial, project.published_at, project.notice_day)
            numbers = {each["no"] for each in made.content["lots"]}
            if numbers != {each["no"] for each in document.content["lots"]}:
                found.append(objection("amendment_changes_lots", "条例31", "content.lots"))
        if made.new_holders:
            named = projects.holders(self.db, project.id)
            found += publishing.proof_objections(named) + publishing.sheet_change_objections(self.db, lots, named)
        return found

    def _amended(self, project: Project, made: Amendment, by: Caller) -> Document:
        before = projects.latest_document(self.db, project.id)
        assert before is not None
        assert made.content is not None
        document = Document(
            project_id=project.id, version=before.version + 1, template_key=before.template_key,
            template_version=before.template_version, content=made.content, prepared_by=made.prepared_by,
            drafted_at=made.prepared_at, submitted_at=made.prepared_at, reviewed_by=by.person_id,
            reviewed_at=self.now(), confirmed_by=before.confirmed_by, confirmed_at=self.now(),
        )  # fmt: skip
        self.db.add(document)
        self.db.flush()
        described = {each["no"]: each for each in made.content["lots"]}
        for lot in self._open_lots(project):
            documents.describe(lot, described[lot.no])
        self.db.flush()
        return document

    def _open_lots(self, project: Project) -> list[Lot]:
        now = self.now()
        return [each for each in projects.lots_of(self.db, project.id, lock=True) if each.status(now) == "open"]
