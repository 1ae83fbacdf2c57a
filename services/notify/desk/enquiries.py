"""Enquiries and suggestions: the first asked owns them (首问责任), answers them in time (条例52), or hands them on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import func, or_, select

from services.chassis import obligations
from services.chassis.caller import Caller
from services.chassis.entrypoints import PUBLIC, command, query
from services.chassis.working_days import UnknownDay, day_of, end_of_day, load_calendar
from services.notify import events, settings
from services.notify.desk.room import Answer, Fact, Room
from services.notify.models import Enquiry, Handover, Project, Role
from services.notify.queries.paging import number_of, page
from services.notify.refusals import no
from services.notify.schemas import accepted, said

REPLY_DAYS = 3
ARTICLE = "条例52"
KIND = "enquiry_reply"


class EnquiryDesk(Room):
    """Questions, suggestions, answers."""

    @command(accepted.AskEnquiry, permission="enquiry.ask")
    def ask_enquiry(self, given: Fact, by: Caller) -> Answer:
        """Ask or suggest; the project's officer, if it is about a project, is the first asked."""
        asker = {"asker_person_id": self.person(by), "asker_organisation_id": by.organisation_id}
        return said.EnquiryView().dump(self._open(given, **asker))

    @command(accepted.LeaveSuggestion, permission=PUBLIC)
    def leave_suggestion(self, given: Fact, by: Caller) -> Answer:
        """The public's window for questions and suggestions; so many a minute for all together."""
        self.db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("notify.suggestions", 7))))
        pace = settings.current().public_a_minute
        lately = select(func.count()).select_from(Enquiry).where(
            Enquiry.asker_person_id.is_(None), Enquiry.asked_at > self.now() - dt.timedelta(minutes=1)
        )  # fmt: skip
        if int(self.db.scalar(lately) or 0) >= pace:
            no("too_many_requests", pace=pace)
        contact = given.pop("contact")
        row = self._open(given, asker_contact=contact)
        return {"enquiry_id": row.id, "due": said.EnquiryView().dump(row)["due"]}

    @command(accepted.NameEnquiry, permission="enquiry.own")
    def take_enquiry(self, given: Fact, by: Caller) -> Answer:
        """Be the first asked."""
        by.require("enquiry.own")
        row = self._unanswered(given["enquiry_id"])
        if row.owner_person_id is not None:
            no("enquiry_owned", field="enquiry_id")
        row.owner_person_id, row.owned_since = self.person(by), self.now()
        self._pass_on_duty(row, "taken")
        self._enquiry_moved("enquiry_taken", row)
        return said.EnquiryView().dump(row)

    @command(accepted.HandOnEnquiry, permission="enquiry.own")
    def hand_on_enquiry(self, given: Fact, by: Caller) -> Answer:
        """Give it to a colleague who can answer it, with a reason; the time limit stays."""
        by.require("enquiry.own")
        row = self._owned(given["enquiry_id"], by)
        roles = ("centre.officer", "centre.reviewer", "centre.host", "finance.officer")
        able = select(Role.person_id).where(
            Role.person_id == given["to_person_id"], Role.role.in_(roles),
            or_(Role.until.is_(None), Role.until > self.now()),
        )  # fmt: skip
        if self.db.scalar(able.limit(1)) is None or given["to_person_id"] == row.owner_person_id:
            no("enquiry_not_theirs", field="to_person_id")
        self.db.add(
            Handover(
                enquiry_id=row.id, from_person_id=row.owner_person_id, to_person_id=given["to_person_id"],
                reason=given["reason"], at=self.now(),
            )
        )  # fmt: skip
        row.owner_person_id, row.owned_since = given["to_person_id"], self.now()
        self._pass_on_duty(row, given["reason"])
        self._enquiry_moved("enquiry_handed_on", row, given["reason"])
        key = f"{row.id}:{row.owner_person_id}:{self.now().isoformat()}"
        self.tell("enquiry_handed_on", key, f"enquiry:{row.id}", {**self._enquiry_fact(row), "reason": given["reason"]})
        return said.EnquiryView().dump(row)

    @command(accepted.AnswerEnquiry, permission="enquiry.answer")
    def answer_enquiry(self, given: Fact, by: Caller) -> Answer:
        """Answer what one owns; it is published where the asker agreed."""
        by.require("enquiry.answer")
        row = self._owned(given["enquiry_id"], by)
        row.answer, row.answered_by, row.answered_at = given["answer"], self.person(by), self.now()
        if row.publish_agreed and given["publish"]:
            row.published_at = self.now()
        obligations.meet_all(self.db, self.announce, f"enquiry:{row.id}", self.now(), KIND)
        self._enquiry_moved("enquiry_answered", row)
        self.tell("enquiry_answered", row.id, f"enquiry:{row.id}", {**self._enquiry_fact(row), "answer": row.answer})
        return said.EnquiryView().dump(row)

    @query(accepted.ReadEnquiries, permission="enquiry.read")
    def enquiries(self, wanted: Fact, by: Caller) -> Answer:
        """The enquiries one may read, newest first; `mine`: those one owns or asked."""
        rows = select(Enquiry).order_by(Enquiry.number.desc())
        mine = or_(Enquiry.asker_person_id == by.person_id, Enquiry.owner_person_id == by.person_id)
        if not by.reaches("enquiry.read"):
            rows = rows.where(or_(mine, Enquiry.asker_organisation_id == (by.organisation_id or "")))
        if wanted["mine"]:
            rows = rows.where(mine)
        if wanted["state"]:
            answered = Enquiry.answered_at.is_not(None)
            rows = rows.where(answered if wanted["state"] == "answered" else ~answered)
        if (before := number_of(wanted["after"])) is not None:
            rows = rows.where(Enquiry.number < before)
        shown, onward = page(list(self.db.scalars(rows.limit(wanted["most"] + 1))), wanted["most"])
        return {"enquiries": said.EnquiryView(many=True).dump(shown), "next": onward}

    @query(accepted.Page, permission=PUBLIC)
    def published_enquiries(self, wanted: Fact, by: Caller) -> Answer:
        """Answered and agreed to be public, newest first."""
        rows = select(Enquiry).where(Enquiry.published_at.is_not(None)).order_by(Enquiry.number.desc())
        if (before := number_of(wanted["after"])) is not None:
            rows = rows.where(Enquiry.number < before)
        shown, onward = page(list(self.db.scalars(rows.limit(wanted["most"] + 1))), wanted["most"])
        return {"enquiries": said.PublicEnquiry(many=True).dump(shown), "next": onward}

    def _open(self, given: Fact, **asker: Any) -> Enquiry:
        project = self.db.get(Project, given["project_id"]) if given.get("project_id") else None
        if given.get("project_id") and project is None:
            no("project_unknown", field="project_id")
        owner = project.officer_id if project else None
        try:
            last = load_calendar(self.db).add_working_days(day_of(self.now()), REPLY_DAYS)
        except UnknownDay as unknown:
            no("calendar_unknown", day=unknown.day.isoformat())
        row = Enquiry(
            **given, **asker, asked_at=self.now(), due=end_of_day(last), owner_person_id=owner,
            owned_since=self.now() if owner else None,
        )  # fmt: skip
        self.db.add(row)
        self.db.flush()
        self._owe_reply(row)
        self._enquiry_moved("enquiry_asked", row)
        self.tell("enquiry_asked", row.id, f"enquiry:{row.id}", self._enquiry_fact(row))
        return row

    def _owe_reply(self, row: Enquiry) -> None:
        obligations.open_obligation(
            self.db, self.announce, kind=KIND, about=f"enquiry:{row.id}", article=ARTICLE, since=row.asked_at,
            due=row.due, now=self.now(), owner_person_id=row.owner_person_id, waiting_person_id=row.asker_person_id,
            extendable=False, public=False,
        )  # fmt: skip

    def _pass_on_duty(self, row: Enquiry, because: str) -> None:
        """The earlier owner owes nothing any more; the new one the same, until the same time."""
        obligations.cancel_all(self.db, self.announce, f"enquiry:{row.id}", self.now(), because, KIND)
        self._owe_reply(row)

    def _owned(self, enquiry_id: str, by: Caller) -> Enquiry:
        row = self._unanswered(enquiry_id)
        if row.owner_person_id != self.person(by):
            no("enquiry_not_owned", field="enquiry_id")
        return row

    def _unanswered(self, enquiry_id: str) -> Enquiry:
        row = self.db.get(Enquiry, enquiry_id, with_for_update=True, populate_existing=True)
        if row is None:
            no("enquiry_unknown", field="enquiry_id")
        if row.answered_at is not None:
            no("enquiry_answered", field="enquiry_id")
        return row

    def _enquiry_moved(self, name: str, row: Enquiry, reason: str | None = None) -> None:
        owner = row.owner_person_id
        fact = {"enquiry_id": row.id, "owner_person_id": owner, "reason": reason, "at": self.now()}
        self.announce(events.event(name, f"enquiry:{row.id}", **fact))

    def _enquiry_fact(self, row: Enquiry) -> Fact:
        return {
            "title": row.title, "due": row.due, "owner_person_id": row.owner_person_id,
            "asker_person_id": row.asker_person_id, "project_id": row.project_id,
        }  # fmt: skip
