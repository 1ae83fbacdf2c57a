"""Ranking, report, signatures, settling; expert conduct; what a challenge reopens."""

from __future__ import annotations

from typing import Any

from services.chassis import obligations
from services.chassis.caller import Caller
from services.chassis.entrypoints import command, every
from services.chassis.refusal import refuse, refuse_if
from services.chassis.working_days import day_of, end_of_day, load_calendar
from services.evaluation import conduct, drawing, panels, queries, reopenings, reporting, signing
from services.evaluation.desk.scores import ScoreDesk
from services.evaluation.models import Evaluation, Lot, Member, Project, Report
from services.evaluation.schemas import accepted, said


class ResultDesk(ScoreDesk):
    """Results."""

    @command(accepted.OfLot, permission="ranking.settle")
    def settle_ranking(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Compute the ranking and put the report together; a new version takes the place of an unsigned one."""
        found, lot, project = self.take(wanted["lot_id"], "settle_ranking", by, "ranking.settle")
        if found.ranked_at is not None:
            refuse("ranked_already", "The report of this ranking is being signed.")
        panel = queries.panel_of(self.db, found)
        refuse_if(panels.completeness_objections(panel, queries.members(self.db, panel.id)))
        made = reporting.make(self, found, lot, project, reporting.rank(self, found, lot, self.seed(found)))
        return said.ReportMade().dump(
            {"report_id": made.id, "version": made.version, "digest": made.digest, "pdf_digest": made.pdf_digest}
        )

    @command(accepted.SignReport, permission="report.sign")
    def sign_report(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A member signs the report by certificate, with a different opinion where there is one (条例41)."""
        found, _, _ = self.take(wanted["lot_id"], "sign", by, "report.sign")
        self.sitting(queries.panel_of(self.db, found).id, by)
        return self._sign(found, by, "member", wanted)

    @command(accepted.RefuseToSign, permission="evaluation.host")
    def record_refusal_to_sign(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A member neither signs nor writes why: on record, and counted as agreeing (条例41)."""
        found, lot, _ = self.take(wanted["lot_id"], "sign", by, "evaluation.host")
        panel = queries.panel_of(self.db, found)
        member = self.db.get(Member, wanted["member_id"])
        if member is None or member.panel_id != panel.id or member.left_at is not None:
            refuse("not_found", f"Nobody sits as {wanted['member_id']}.")
        made = self._report(found)
        signing.keep(self, found, made, member.person_id, member.name, "member", None, "")
        if member.kind == "expert":
            conduct.record(self, panel, member.person_id, "refused_to_sign", "", lot.id)
        return said.Done().dump({"id": made.id, "at": self.now()})

    @command(accepted.SignReport, permission="report.countersign")
    def countersign_report(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """The supervisor's countersignature, after every member's word: the ranking is settled."""
        found, lot, project = self.take(wanted["lot_id"], "countersign", by, "report.countersign")
        panel = queries.panel_of(self.db, found)
        if all(each.person_id != by.person_id for each in queries.supervisors(self.db, panel.id)):
            refuse("supervisor_absent", "Who countersigns was present and checked in.")
        if not reporting.fully_signed(self, found):
            refuse("report_unsigned", "Every member signs, or their refusal is recorded, before the supervisor does.")
        answer = self._sign(found, by, "supervisor", wanted)
        self._settle(found, lot, project)
        return answer

    @command(accepted.OfLot, permission="evaluation.host")
    def deliver_report(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """The report goes to the purchaser, within two working days of the end of the evaluation (条例43)."""
        found, lot, _ = self.look(wanted["lot_id"], by, "evaluation.host")
        if found.settled_at is None:
            refuse("not_settled", "There is no settled ranking to deliver.")
        obligations.meet_all(self.db, self.announce, about=f"lot:{lot.id}", kind="report_to_purchaser", now=self.now())
        return said.Done().dump({"id": lot.id, "at": self.now()})

    @command(accepted.ReopenEvaluation, permission="evaluation.host")
    def reopen_evaluation(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Do an evaluation again, exactly as far as the law lets a challenge or complaint reach (条例44, 87-64,
        87-67)."""
        found, lot, project = self.take(wanted["lot_id"], "reopen", by, "evaluation.host")
        made = reopenings.reopen(self, found, lot, project, wanted, by)
        self.tell(
            "evaluation_reopened",
            f"lot:{lot.id}",
            lot_id=lot.id,
            project_id=project.id,
            dispute_id=made.dispute_id,
            ground=made.ground,
            scope=made.scope,
            article=made.article,
            finance_report_no=made.finance_report_no,
            at=self.now(),
        )
        return said.Reopened().dump({"lot_id": lot.id, "scope": made.scope, "article": made.article})

    @command(accepted.RecordPerformance, permission="performance.record")
    def record_performance(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A line for an expert's record in the registry."""
        panel, _ = self.panel_for(wanted["panel_id"], by, "performance.record")
        draw = queries.draw_of(self.db, panel.id)
        drawn = {each.person_id for each in queries.calls(self.db, draw.id)} if draw else set()
        if wanted["person_id"] not in drawn:
            refuse("not_an_expert", "This person was not called to this panel as an expert.")
        conduct.record(self, panel, wanted["person_id"], wanted["kind"], wanted["note"])
        return said.Done().dump({"id": wanted["person_id"], "at": self.now()})

    @every(seconds=300)
    def tell_overdue(self) -> None:
        """Duties whose time has run out reach who is responsible and the supervisor."""
        obligations.announce_overdue(self.db, self.announce, self.now())

    def _sign(self, found: Evaluation, by: Caller, capacity: str, wanted: dict[str, Any]) -> dict[str, Any]:
        made = self._report(found)
        refuse_if(
            signing.objections(self.db, made, found.lot_id, by, capacity, wanted, self.now()), "signature_refused"
        )
        signing.keep(self, found, made, by.person_id or "", by.name, capacity, wanted["signed"], wanted["dissent"])
        return said.Done().dump({"id": made.id, "at": self.now()})

    def _report(self, found: Evaluation) -> Report:
        made = queries.report(self.db, found.id, lock=True)
        if made is None:
            refuse("report_missing", "There is no report to sign.")
        return made

    def _settle(self, found: Evaluation, lot: Lot, project: Project) -> None:
        found.settled_at = self.now()
        made, panel = self._report(found), queries.panel_of(self.db, found)
        members = queries.members(self.db, panel.id)
        draw = queries.draw_of(self.db, panel.id)
        self.tell(
            "ranking_settled",
            f"lot:{lot.id}",
            lot_id=lot.id,
            project_id=project.id,
            method=lot.award_method,
            settled_at=found.settled_at,
            version=made.version,
            report_digest=made.digest,
            pdf_digest=made.pdf_digest,
            transcript_digest=drawing.transcript(self.db, draw)["digest"] if draw else None,
            panel=[each.name for each in members],
            ranking=reporting.places(made),
            rejected=made.rejected,
        )
        due = end_of_day(load_calendar(self.db).add_working_days(day_of(self.now()), 2))
        obligations.open_obligation(
            self.db,
            self.announce,
            kind="report_to_purchaser",
            about=f"lot:{lot.id}",
            article="条例43",
            since=self.now(),
            due=due,
            now=self.now(),
            owner_person_id=panel.host_id,
            waiting_organisation_id=project.purchaser_id,
        )
        for member in members:
            if member.kind == "expert":
                conduct.record(self, panel, member.person_id, "attended", "", lot.id)
