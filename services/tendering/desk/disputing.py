"""Challenges (质疑) and complaints (投诉): structured, timed, suspending, decided; the decision moves the project."""

from __future__ import annotations

from datetime import timedelta

from services.chassis.caller import Caller
from services.chassis.database import refuse_on
from services.chassis.entrypoints import command, query
from services.chassis.refusal import refuse_if
from services.tendering import disputes as facts_of
from services.tendering import duties, events, publishing
from services.tendering.desk.room import Answer, Given, Room, viewer
from services.tendering.models import Challenge, Complaint, new_id
from services.tendering.queries import disputes, law, projects
from services.tendering.refusals import no, refusal
from services.tendering.rules import challenges, periods, visibility
from services.tendering.rules.periods import day_of
from services.tendering.schemas import disputes as accepted
from services.tendering.schemas import said
from services.tendering.workdays import load_calendar


class DisputingDesk(Room):
    """From a challenge to the finance department's decision."""

    @command(accepted.LodgeChallenge, permission="challenge.lodge")
    def lodge_challenge(self, given: Given, by: Caller) -> Answer:
        """Challenge the document, the process or the result; while it is open, nothing is signed (条例54)."""
        project = projects.project(self.db, given["project_id"], lock=True)
        lots = facts_of.lots_challenged(self.db, project, given["lot_ids"])
        standing = facts_of.standing(self.db, project, lots, given["about"], by.organisation_id or "")
        book, calendar, now = law.book(self.db), load_calendar(self.db), self.now()
        refuse_if(
            challenges.lodging_objections(
                book, now, given["about"], standing, given["matters"], given["request"], calendar
            ),
            "challenge_refused",
        )
        lot_ids = sorted(each.id for each in lots)
        reply_due, _ = periods.due(book, "challenge_reply", now, calendar)
        made = Challenge(
            id=new_id(), project_id=project.id, lot_ids=lot_ids, lots_key=",".join(lot_ids), about=given["about"],
            supplier_id=by.organisation_id, person_id=by.person_id, matters=given["matters"], request=given["request"],
            suspends=challenges.suspends(given["about"]), lodged_at=now, reply_due=reply_due,
        )  # fmt: skip
        self.db.add(made)
        once = "uq_challenge_project_id_supplier_id_about_lots_key"
        with refuse_on(once, refusal("challenged_before", "94-10", "about", about=given["about"])):
            self.db.flush()
        self.announce(events.of_challenge("challenge_lodged", made))
        duties.owe(
            self.db, self.announce, "challenge_reply", f"challenge:{made.id}", now, now,
            person_id=project.officer_id, waiting_organisation_id=made.supplier_id,
        )  # fmt: skip
        return said.ChallengeView().dump(made)

    @command(accepted.OnChallenge, permission="challenge.lodge")
    def withdraw_challenge(self, given: Given, by: Caller) -> Answer:
        """The supplier takes its challenge back before it is answered."""
        made = disputes.challenge(self.db, given["challenge_id"], lock=True)
        by.require("challenge.lodge", own=made.supplier_id == by.organisation_id)
        _refuse_unless_open(made)
        made.withdrawn_at = made.answered_at = self.now()
        made.upheld, made.decision = False, "withdrawn"
        return self._answered(made)

    @command(accepted.AnswerChallenge, permission="challenge.answer")
    def answer_challenge(self, given: Given, by: Caller) -> Answer:
        """Answer within seven working days (法53)."""
        made = disputes.challenge(self.db, given["challenge_id"], lock=True)
        self.reach(by, "challenge.answer", projects.project(self.db, made.project_id))
        _refuse_unless_open(made)
        made.answered_at, made.answered_by = self.now(), by.person_id
        made.upheld, made.decision = given["upheld"], given["decision"]
        # An upheld challenge that may change the result goes on suspending until the result is mended.
        made.suspends = made.suspends if given["upheld"] and given["changes_result"] else []
        return self._answered(made)

    @query(accepted.ListDisputes, permission="challenge.read")
    def challenges(self, wanted: Given, by: Caller) -> Answer:
        """A project's challenges, as far as the caller may see them."""
        project = projects.project(self.db, wanted["project_id"])
        who = viewer(by, project)
        if who != "supplier":
            self.reach(by, "challenge.read", project)
        shown = []
        for each in disputes.challenges(self.db, project.id):
            mine = each.supplier_id == by.organisation_id
            as_whom = who if who != "supplier" or mine else "others"
            view = visibility.view("challenges", "closed" if each.answered_at else "open", as_whom)
            if view is None:
                continue
            row = said.ChallengeView().dump(each)
            assert isinstance(row, dict)
            shown.append(row if view != visibility.UNNAMED else {**row, "supplier_id": None, "matters": []})
        return {"challenges": shown}

    @command(accepted.LodgeComplaint, permission="complaint.lodge")
    def lodge_complaint(self, given: Given, by: Caller) -> Answer:
        """Complain to finance about the answer, or its absence, within fifteen working days (法55)."""
        challenge = disputes.challenge(self.db, given["challenge_id"], lock=True)
        by.require("complaint.lodge", own=challenge.supplier_id == by.organisation_id)
        book, calendar, now = law.book(self.db), load_calendar(self.db), self.now()
        refuse_if(
            challenges.complaint_objections(
                book, now, own=challenge.supplier_id == by.organisation_id, reply_due=challenge.reply_due,
                answered=challenge.answered_at is not None and challenge.withdrawn_at is None,
                complained=disputes.complaint_about(self.db, challenge.id) is not None,
                challenged=[each["key"] for each in challenge.matters], matters=given["matters"],
                request=given["request"], calendar=calendar,
            ),
            "complaint_refused",
        )  # fmt: skip
        decision_due, _ = periods.due(book, "complaint_decision", now, calendar)
        made = Complaint(
            id=new_id(), challenge_id=challenge.id, project_id=challenge.project_id, lot_ids=challenge.lot_ids,
            supplier_id=challenge.supplier_id, person_id=by.person_id, matters=given["matters"],
            request=given["request"], lodged_at=now, decision_due=decision_due, suspended_days=0,
        )  # fmt: skip
        self.db.add(made)
        with refuse_on("uq_complaint_challenge_id", refusal("complained_before", "法55")):
            self.db.flush()
        self.announce(events.of_complaint("complaint_lodged", made, challenge.about))
        duties.owe(
            self.db, self.announce, "complaint_decision", f"complaint:{made.id}", now, now,
            waiting_organisation_id=made.supplier_id, extendable=True,
        )  # fmt: skip
        return said.ComplaintView().dump(made)

    @command(accepted.SuspendProcurement, permission="complaint.decide")
    def suspend_procurement(self, given: Given, by: Caller) -> Answer:
        """Finance stops the procurement while it handles the complaint: thirty days in all at most (法57)."""
        made, challenge = self._open_complaint(given["complaint_id"])
        now = self.now()
        self._count_suspension(made)
        refuse_if(challenges.suspension_objections(law.book(self.db), now, given["until"], made.suspended_days))
        made.suspended_from, made.suspended_until = now, given["until"]
        self.db.flush()
        self.announce(events.of_complaint("complaint_lodged", made, challenge.about))
        return said.ComplaintView().dump(made)

    @command(accepted.OnComplaint, permission="complaint.decide")
    def resume_procurement(self, given: Given, by: Caller) -> Answer:
        """Finance lifts the suspension before its time."""
        made, challenge = self._open_complaint(given["complaint_id"])
        if made.suspended_until is None or made.suspended_until <= self.now():
            no("not_suspended", "法57")
        self._count_suspension(made)
        made.suspended_from = made.suspended_until = None
        self.db.flush()
        self.announce(events.of_complaint("complaint_lodged", made, challenge.about))
        return said.ComplaintView().dump(made)

    @command(accepted.OnComplaint, permission="complaint.lodge")
    def withdraw_complaint(self, given: Given, by: Caller) -> Answer:
        """The complainant withdraws in writing; the handling ends (条例57)."""
        complained = disputes.complaint(self.db, given["complaint_id"])
        by.require("complaint.lodge", own=complained.supplier_id == by.organisation_id)
        made, challenge = self._open_complaint(given["complaint_id"])
        made.withdrawn_at = self.now()
        return self._decided(made, challenge, "rejected", None, "withdrawn")

    @command(accepted.DecideComplaint, permission="complaint.decide")
    def decide_complaint(self, given: Given, by: Caller) -> Answer:
        """Finance decides (法56); a decision to tender again ends the lots, and everybody can read it (条例58)."""
        made, challenge = self._open_complaint(given["complaint_id"])
        made.decided_by = by.person_id
        answer = self._decided(made, challenge, given["outcome"], given["decision_no"], given["text"])
        project = projects.project(self.db, made.project_id)
        if given["outcome"] == "upheld_retender":
            facts_of.end_lots(self.db, self.announce, project, made, self.now())
        publishing.publish(
            self.db, self.announce, project, "complaint_decision", given["text"], self.now(), by.person_id,
            title=f"{project.title}（{given['decision_no']}）",
        )  # fmt: skip
        return answer

    @query(accepted.ListDisputes, permission="complaint.read")
    def complaints(self, wanted: Given, by: Caller) -> Answer:
        """A project's complaints; a supplier sees its own."""
        project = projects.project(self.db, wanted["project_id"])
        own = by.organisation_id if viewer(by, project) == "supplier" else None
        if own is None:
            self.reach(by, "complaint.read", project)
        return {"complaints": said.ComplaintView(many=True).dump(disputes.complaints(self.db, project.id, own))}

    def _answered(self, made: Challenge) -> Answer:
        self.db.flush()
        self.announce(events.of_challenge("challenge_answered", made))
        duties.done(self.db, self.announce, f"challenge:{made.id}", self.now(), "challenge_reply")
        return said.ChallengeView().dump(made)

    def _open_complaint(self, complaint_id: str) -> tuple[Complaint, Challenge]:
        made = disputes.complaint(self.db, complaint_id, lock=True)
        if made.decided_at is not None:
            no("complaint_decided_already", "法56")
        return made, disputes.challenge(self.db, made.challenge_id)

    def _count_suspension(self, made: Complaint) -> None:
        if made.suspended_from is not None and made.suspended_until is not None:
            ended = min(self.now(), made.suspended_until)
            made.suspended_days += max((day_of(ended) - day_of(made.suspended_from)) // timedelta(days=1), 0)

    def _decided(
        self, made: Complaint, challenge: Challenge, outcome: str, decision_no: str | None, text: str
    ) -> Answer:
        made.decided_at, made.outcome, made.decision_no, made.text = self.now(), outcome, decision_no, text
        made.suspended_until = None
        self.db.flush()
        self.announce(events.of_complaint("complaint_decided", made, challenge.about))
        duties.done(self.db, self.announce, f"complaint:{made.id}", self.now(), "complaint_decision")
        return said.ComplaintView().dump(made)


def _refuse_unless_open(made: Challenge) -> None:
    """After it was asked whose it is: a stranger does not learn whether it was answered."""
    if made.answered_at is not None:
        no("challenge_answered_already", "法53")
