"""Downloads, recorded and secret until the closing; questions and answers, the asker unnamed."""

from __future__ import annotations

from sqlalchemy import select

from services.chassis.caller import Caller
from services.chassis.entrypoints import command, query
from services.chassis.refusal import refuse_if
from services.chassis.wire import moment_text
from services.tendering import duties, events, publishing
from services.tendering.desk.room import Answer, Given, Room, viewer
from services.tendering.models import Download, Project, Question
from services.tendering.queries import bids, projects
from services.tendering.refusals import no
from services.tendering.rules import amendments, moves, visibility
from services.tendering.schemas import publishing as accepted
from services.tendering.schemas import said
from services.tendering.schemas.entrusting import OnProject


class AskingDesk(Room):
    """What suppliers take and ask, and what everybody is answered."""

    @command(accepted.TakeDocument, permission="document.download")
    def take_document(self, given: Given, by: Caller) -> Answer:
        """The document's digest in the store, free of charge; that it was taken is recorded."""
        project = projects.project(self.db, given["project_id"])
        by.require("document.download", own=by.organisation_id is not None)
        refuse_if(
            moves.project_objections("take_document", projects.status(self.db, project, self.now())), "move_closed"
        )
        document = projects.latest_document(self.db, project.id)
        assert document is not None
        assert document.digest is not None
        taken = Download(
            project_id=project.id, organisation_id=by.organisation_id, person_id=by.person_id,
            digest=document.digest, at=self.now(),
        )  # fmt: skip
        self.db.add(taken)
        self.db.flush()
        facts = {"project_id": project.id, "organisation_id": taken.organisation_id, "digest": taken.digest}
        self.announce(events.event("document_taken", f"download:{taken.id}", {**facts, "at": taken.at}))
        return {
            "project_id": project.id, "digest": document.digest, "size": document.size, "version": document.version,
            "attachments": document.content.get("attachments", []),
        }  # fmt: skip

    @query(OnProject, permission="download.read")
    def downloads(self, wanted: Given, by: Caller) -> Answer:
        """Who took the document: nobody is told before the closing, not even how many (87-24)."""
        project = projects.project(self.db, wanted["project_id"])
        self.reach(by, "download.read", project)
        view = visibility.view("downloads", self._taking_state(project), viewer(by, project))
        if view != visibility.ALL:
            no("secret_until_closing", "87-24")
        found = bids.downloads(self.db, project.id)
        return {
            "downloads": [
                {"organisation_id": each.organisation_id, "person_id": each.person_id, "at": moment_text(each.at)}
                for each in found
            ]
        }

    @query(OnProject, permission="document.download")
    def my_downloads(self, wanted: Given, by: Caller) -> Answer:
        """When one's own organisation took the document."""
        found = bids.downloads(self.db, wanted["project_id"], by.organisation_id or "")
        return {"downloads": [{"at": moment_text(each.at), "digest": each.digest} for each in found]}

    @command(accepted.AskQuestion, permission="question.ask")
    def ask_question(self, given: Given, by: Caller) -> Answer:
        """Ask about a document; an answer is owed within three working days (条例52)."""
        project = projects.project(self.db, given["project_id"])
        refuse_if(
            moves.project_objections("ask_question", projects.status(self.db, project, self.now())), "move_closed"
        )
        question = Question(
            project_id=project.id, organisation_id=by.organisation_id, person_id=by.person_id, text=given["text"],
            asked_at=self.now(),
        )  # fmt: skip
        self.db.add(question)
        self.db.flush()
        self.announce(events.of_question("question_asked", question, self.now()))
        duties.owe(
            self.db, self.announce, "answer_to_inquiry", f"question:{question.id}", self.now(), self.now(),
            person_id=project.officer_id,
        )  # fmt: skip
        return {"question_id": question.id}

    @command(accepted.AnswerQuestion, permission="question.answer")
    def answer_question(self, given: Given, by: Caller) -> Answer:
        """Answer to all; an answer that changes what bids must be counts as an amendment and may move the closing."""
        question = self.db.get(Question, given["question_id"], with_for_update=True)
        if question is None or question.answered_at is not None:
            no("question_unknown", id=given["question_id"])
        project = self.project_for(by, "question.answer", question.project_id, "answer_question")
        now = self.now()
        lots = [each for each in projects.lots_of(self.db, project.id, lock=True) if each.status(now) == "open"]
        moved: dict[str, str] = {}
        if given["affects_bids"]:
            closing = min((each.closes_at for each in lots if each.closes_at), default=now)
            refuse_if(amendments.objections(now, closing, None))
            moved = publishing.move_closing(
                self.db, self.announce, project, lots, now, "answer", wanted=None, affects_bids=True
            )
        text = f"问：{question.text}\n答：{given['answer']}"
        notice = publishing.publish(
            self.db, self.announce, project, "answer", text, now, by.person_id,
            document=projects.latest_document(self.db, project.id),
        )  # fmt: skip
        question.answer, question.answered_by, question.answered_at = given["answer"], by.person_id, now
        question.notice_id = notice.id
        self.announce(events.of_question("question_answered", question, now))
        duties.done(self.db, self.announce, f"question:{question.id}", now, "answer_to_inquiry")
        return {"question_id": question.id, "notice_id": notice.id, "moved": moved}

    @query(OnProject, permission="question.read")
    def questions(self, wanted: Given, by: Caller) -> Answer:
        """Questions: one's own, and the unnamed ones the caller may see."""
        project = projects.project(self.db, wanted["project_id"])
        rows = self.db.scalars(select(Question).where(Question.project_id == project.id).order_by(Question.asked_at))
        who = viewer(by, project)
        if who != "supplier":
            self.reach(by, "question.read", project)
        return {"questions": [shown for each in rows if (shown := _shown(each, who, by)) is not None]}

    def _taking_state(self, project: Project) -> str:
        states = {visibility.taking_state(each.status(self.now())) for each in projects.lots_of(self.db, project.id)}
        return "open" if "open" in states else "closing" if "closing" in states else "over"


def _shown(question: Question, who: str, by: Caller) -> Answer | None:
    mine = question.organisation_id == by.organisation_id
    as_whom = who if mine or who != "supplier" else "others"
    view = visibility.view("questions", "answered" if question.answered_at else "asked", as_whom)
    if view is None:
        return None
    shown = said.QuestionView().dump(question)
    assert isinstance(shown, dict)
    if view != visibility.OWN:
        shown["organisation_id"] = None
    return shown
