"""Templates and tender documents: drafted from a template, checked, submitted, reviewed by another, confirmed."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.chassis.caller import Caller
from services.chassis.entrypoints import command, query
from services.chassis.refusal import refuse_if
from services.tendering import documents, duties, events
from services.tendering.desk.room import Answer, Given, Room
from services.tendering.models import Document, Project, TemplateVersion
from services.tendering.queries import law, projects
from services.tendering.refusals import no
from services.tendering.rules import duties as separation
from services.tendering.rules import factors
from services.tendering.rules.periods import day_of
from services.tendering.schemas import documents as accepted
from services.tendering.schemas import said


class DocumentsDesk(Room):
    """The tender document, until the purchaser has confirmed it."""

    @query(accepted.ListTemplates, permission="template.read")
    def templates(self, wanted: Given, by: Caller) -> Answer:
        """The templates in force, clauses with their typed blanks."""
        day = wanted["on"] or day_of(self.now())
        return {"templates": law.templates(self.db, day, wanted["object"], wanted["procedure"])}

    @command(accepted.PublishTemplate, permission="template.publish")
    def publish_template(self, given: Given, by: Caller) -> Answer:
        """Publish a version of a template; older documents remember theirs."""
        content = {**given, "in_force_from": given["in_force_from"].isoformat()}
        if law.template(self.db, given["key"], given["version"]) is not None:
            no("template_version_taken", key=given["key"], version=given["version"])
        refuse_if(documents.template_objections(content))
        self.db.add(
            TemplateVersion(
                key=given["key"], version=given["version"], in_force_from=given["in_force_from"], content=content,
                published_by=by.person_id, published_at=self.now(),
            )
        )  # fmt: skip
        facts = {**given, "digest": documents.digest_of(content)}
        self.announce(events.event("template_published", f"template:{given['key']}", facts))
        return {"key": given["key"], "version": given["version"]}

    @command(accepted.DraftDocument, permission="document.draft")
    def draft_document(self, given: Given, by: Caller) -> Answer:
        """Begin the document from a template; lots follow the entrusted items until they are written otherwise."""
        project = self.project_for(by, "document.draft", given["project_id"], "draft_document")
        template = documents.template_for(self.db, project, given["template_key"], day_of(self.now()))
        content = documents.grown(template, project, given["content"])
        document = Document(
            project_id=project.id, version=1, template_key=template["key"], template_version=template["version"],
            content=documents.stored(content), prepared_by=by.person_id, drafted_at=self.now(),
        )  # fmt: skip
        self.db.add(document)
        self.db.flush()
        self.announce(events.of_document("document_drafted", document, by.person_id, self.now()))
        return self._shown_document(project, document)

    @command(accepted.EditDocument, permission="document.draft")
    def edit_document(self, given: Given, by: Caller) -> Answer:
        """Replace the draft's content; who read an older revision is refused."""
        document, project = self._document_for(by, "document.draft", given["document_id"], "edit_document")
        if document.revision != given["revision"]:
            no("document_changed", field="revision", revision=document.revision)
        document.content = documents.stored(given["content"])
        document.revision += 1
        document.prepared_by = by.person_id or document.prepared_by
        self.db.flush()
        return self._shown_document(project, document)

    @query(accepted.OnDocument, permission="document.read")
    def document(self, wanted: Given, by: Caller) -> Answer:
        """The document in the making, with everything that stands against it now."""
        document = projects.document(self.db, wanted["document_id"])
        project = projects.project(self.db, document.project_id)
        self.reach(by, "document.read", project)
        return self._shown_document(project, document)

    @query(accepted.CheckDocument, permission="document.read")
    def check_document(self, wanted: Given, by: Caller) -> Answer:
        """All objections, each with its article, figures and what would satisfy it; nothing is moved."""
        document = projects.document(self.db, wanted["document_id"])
        project = projects.project(self.db, document.project_id)
        self.reach(by, "document.read", project)
        found = documents.objections(self.db, project, document, self.now(), wanted["publication"])
        return {"objections": [each.as_dict() for each in found], "law_version": law.book(self.db).version}

    @command(accepted.OnDocument, permission="document.submit")
    def submit_document(self, given: Given, by: Caller) -> Answer:
        """Submit it for review, or hear every objection at once."""
        document, project = self._document_for(by, "document.submit", given["document_id"], "submit_document")
        refuse_if(documents.objections(self.db, project, document, self.now()), "document_objected")
        document.submitted_at, document.returned_because = self.now(), None
        documents.keep_lots(self.db, project, document)
        version = law.book(self.db).version
        self.announce(events.of_document("document_submitted", document, by.person_id, self.now(), law_version=version))
        duties.owe(
            self.db, self.announce, "review_document", f"project:{project.id}", self.now(), self.now(),
            person_id=project.reviewer_id, organisation_id=by.organisation_id,
        )  # fmt: skip
        return self._shown_document(project, document)

    @command(accepted.ReviewDocument, permission="document.review")
    def review_document(self, given: Given, by: Caller) -> Answer:
        """The reviewer, another than who prepared it, approves (法61)."""
        document, project = self._document_for(by, "document.review", given["document_id"], "review_document")
        refuse_if(separation.review_objections(document.prepared_by, by.person_id or ""), "not_the_reviewer")
        refuse_if(documents.objections(self.db, project, document, self.now()), "document_objected")
        document.reviewed_by, document.reviewed_at = by.person_id, self.now()
        self.announce(events.of_document("document_reviewed", document, by.person_id, self.now()))
        about = f"project:{project.id}"
        duties.done(self.db, self.announce, about, self.now(), "review_document")
        duties.owe(
            self.db, self.announce, "confirm_document", about, self.now(), self.now(),
            organisation_id=project.purchaser_id,
        )  # fmt: skip
        return self._shown_document(project, document)

    @command(accepted.ReturnDocument, permission="document.review")
    def return_document(self, given: Given, by: Caller) -> Answer:
        """The reviewer sends it back with reasons."""
        return self._return_document(by, given, "document.review")

    @command(accepted.ReturnDocument, permission="document.confirm")
    def decline_document(self, given: Given, by: Caller) -> Answer:
        """The purchaser sends it back with reasons."""
        return self._return_document(by, given, "document.confirm")

    @command(accepted.OnDocument, permission="document.confirm")
    def confirm_document(self, given: Given, by: Caller) -> Answer:
        """The purchaser confirms; from here on nobody edits it."""
        document, project = self._document_for(by, "document.confirm", given["document_id"], "confirm_document")
        document.confirmed_by, document.confirmed_at = by.person_id, self.now()
        self.announce(events.of_document("document_confirmed", document, by.person_id, self.now()))
        duties.done(self.db, self.announce, f"project:{project.id}", self.now(), "confirm_document")
        return self._shown_document(project, document)

    def _return_document(self, by: Caller, given: Given, permission: str) -> Answer:
        document, project = self._document_for(by, permission, given["document_id"], "return_document")
        document.submitted_at = document.reviewed_at = document.reviewed_by = None
        document.returned_because = given["reasons"]
        self.announce(
            events.of_document("document_returned", document, by.person_id, self.now(), reasons=given["reasons"])
        )
        for kind in ("review_document", "confirm_document"):
            duties.done(self.db, self.announce, f"project:{project.id}", self.now(), kind)
        return self._shown_document(project, document)

    def _document_for(self, by: Caller, permission: str, document_id: str, move: str) -> tuple[Document, Project]:
        document = projects.document(self.db, document_id, lock=True)
        project = self.project_for(by, permission, document.project_id, move)
        return document, project

    def _shown_document(self, project: Project, document: Document) -> dict[str, Any]:
        published: date | None = day_of(document.published_at) if document.published_at else None
        found = [] if published else documents.objections(self.db, project, document, self.now())
        judge = factors.to_judge(law.book(self.db), published or day_of(self.now()))
        shown = said.DocumentView().dump(document)
        assert isinstance(shown, dict)
        shown["objections"] = [each.as_dict() for each in found]
        shown["to_judge"] = [{"code": row.value["code"], "article": row.article, "zh": row.zh} for row in judge]
        return shown
