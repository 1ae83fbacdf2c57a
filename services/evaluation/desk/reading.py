"""Questions people put to us. What each may see stands in `rules.visibility`."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from services.chassis.caller import Caller
from services.chassis.entrypoints import PUBLIC, query
from services.chassis.refusal import refuse
from services.evaluation import access, calling, drawing, findings, offers, queries, reporting, signing, views
from services.evaluation.desk.results import ResultDesk
from services.evaluation.models import Evaluation, ExpertCall, Question
from services.evaluation.rules import visibility
from services.evaluation.schemas import accepted, said


class ReadingDesk(ResultDesk):
    """Reading."""

    @query(accepted.OfPanel, permission="panel.read")
    def panel(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A panel: names only for those who may see them yet (87-47)."""
        panel, _ = self.panel_for(wanted["panel_id"], by, "panel.read")
        done = queries.evaluations_of(self.db, panel.id)
        seen = [access.view(self.db, by, "panel", each, queries.lot(self.db, each.lot_id)) for each in done]
        view = next((each for each in ("names", "self", "pseudonyms") if each in seen), "")
        draw = queries.draw_of(self.db, panel.id)
        missing = calling.exhausted(self, draw) if draw else []
        answer = views.panel(self, panel, done, draw, view, by) | {"missing": missing}
        return said.Panel().dump(answer)

    @query(accepted.OfDraw, permission="draw.read")
    def draw(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """How far a draw is, under pseudonyms."""
        draw = queries.draw(self.db, wanted["draw_id"])
        self.panel_for(draw.panel_id, by, "draw.read")
        return said.Draw().dump(drawing.public_view(self.db, draw))

    @query(accepted.OfDraw, permission="draw.read")
    def transcript(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """The draw to be replayed; with the names once the result is published."""
        draw = queries.draw(self.db, wanted["draw_id"])
        panel, _ = self.panel_for(draw.panel_id, by, "draw.read")
        published = all(
            access.is_published(each, queries.lot(self.db, each.lot_id)) or each.failed_at
            for each in queries.evaluations_of(self.db, panel.id)
        )
        people = views.people(self.db, draw) if published else []
        return said.Transcript().dump({"transcript": drawing.transcript(self.db, draw), "people": people})

    @query(accepted.Nothing, permission="invitation.read")
    def my_invitations(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """The caller's own calls, newest first."""
        rows = self.db.scalars(
            select(ExpertCall)
            .where(ExpertCall.person_id == by.person_id)
            .where(ExpertCall.outcome.is_distinct_from("elsewhere"))
            .order_by(ExpertCall.called_at.desc())
            .limit(100)
        )
        return said.Invitations().dump({"invitations": [views.invitation(self.db, each) for each in rows]})

    @query(accepted.OfLot, permission="evaluation.read")
    def evaluation(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Where the evaluation of a lot stands."""
        found, lot, _ = self.look(wanted["lot_id"], by, "evaluation.read")
        return said.Evaluation().dump(views.evaluation(self, found, lot, by))

    @query(accepted.ListEvaluations, permission="evaluation.read")
    def evaluations(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """The evaluations the caller may follow, newest opening first."""
        return said.Evaluations().dump(views.page(self, wanted, by))

    @query(accepted.OfLot, permission="evaluation.read")
    def reviews(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Checks, votes and prices so far."""
        found, lot, _ = self.look(wanted["lot_id"], by, "evaluation.read")
        return said.Votes().dump(views.reviews(self, found, access.view(self.db, by, "reviews", found, lot)))

    @query(accepted.OfLot, permission="clarification.read")
    def questions(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Questions put to bidders, and rounds held with them; a bidder reads its own."""
        lot = queries.lot(self.db, wanted["lot_id"])
        found = queries.evaluation(self.db, lot.id)
        view = access.view(self.db, by, "questions", found, lot)
        rows = [
            each
            for each in queries.questions(self.db, found.id)
            if view == "all" or (view == "own" and each.supplier_id == by.organisation_id)
        ]
        mine = by.organisation_id if view == "own" else None
        held = offers.rows(self.db, found, mine) if view else []
        return said.Questions().dump({"questions": [views.question(each, lot.id) for each in rows], "rounds": held})

    @query(accepted.Nothing, permission="clarification.read")
    def my_questions(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Every question put to the caller's organisation and every round it was invited to, newest first."""
        rows = self.db.execute(
            select(Question, Evaluation.lot_id)
            .join(Evaluation, Evaluation.id == Question.evaluation_id)
            .where(Question.supplier_id == by.organisation_id)
            .order_by(Question.asked_at.desc())
            .limit(200)
        )
        asked = [views.question(each, lot_id) for each, lot_id in rows]
        return said.Questions().dump({"questions": asked, "rounds": offers.own_rows(self.db, by.organisation_id)})

    @query(accepted.OfLot, permission="score.read")
    def score_sheets(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Score sheets as far as the caller may see them: one's own, the outliers, who is done, or all once closed."""
        found, lot, project = self.look(wanted["lot_id"], by, "score.read")
        view = access.view(self.db, by, "sheets", found, lot)
        return said.ScoreSheets().dump(views.sheets(self, found, lot, project, view, by))

    @query(accepted.OfLot, permission="ranking.read")
    def ranking(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """The ranking with its figures, once the caller may see it."""
        found, lot, _ = self.look(wanted["lot_id"], by, "ranking.read")
        view, made = access.view(self.db, by, "ranking", found, lot), queries.report(self.db, found.id)
        if view != "all" or made is None:
            refuse("not_yet", "There is no ranking you may see yet.")
        return said.Ranking().dump(
            {
                "lot_id": lot.id,
                "view": view,
                "method": lot.award_method,
                "version": made.version,
                "settled_at": found.settled_at,
                "report_digest": made.digest,
                "ranking": reporting.places(made),
                "rejected": made.rejected,
            }
        )

    @query(accepted.OfLot, permission="report.read")
    def report(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """The report, what to sign, and who has."""
        found, lot, _ = self.look(wanted["lot_id"], by, "report.read")
        view, made = access.view(self.db, by, "report", found, lot), queries.report(self.db, found.id)
        if view != "all" or made is None:
            refuse("not_yet", "There is no report you may see yet.")
        capacity = "supervisor" if "supervisor" in by.roles else "member"
        return said.Report().dump(
            {
                "lot_id": lot.id,
                "report_id": made.id,
                "version": made.version,
                "digest": made.digest,
                "pdf_digest": made.pdf_digest,
                "body": made.body,
                "statement": signing.statement(made, lot.id, capacity, ""),
                "signatures": reporting.signature_rows(self, made),
                "settled_at": found.settled_at,
            }
        )

    @query(accepted.OfLot, permission="finding.read")
    def findings(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Integrity findings: evidence, never a verdict."""
        found, lot, _ = self.look(wanted["lot_id"], by, "finding.read")
        seen = access.view(self.db, by, "findings", found, lot) == "all"
        return said.Findings().dump({"findings": findings.of_lot(self, lot.id) if seen else []})

    @query(accepted.OfLot, permission="evaluation.result")
    def loser_notice(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """What a bidder is told of its own bid once the result is published (87-69)."""
        lot = queries.lot(self.db, wanted["lot_id"])
        found = queries.evaluation(self.db, lot.id)
        mine = next((each for each in queries.bids(self.db, lot.id) if each.supplier_id == by.organisation_id), None)
        by.require("evaluation.result", own=mine is not None)
        if access.view(self.db, by, "ranking", found, lot) not in ("own", "all") or mine is None:
            refuse("not_yet", "The result is not published yet.")
        return said.LoserNotice().dump(views.loser_notice(self, found, lot, mine))

    @query(accepted.OfLot, permission=PUBLIC)
    def published_result(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """What anybody may read once the result is published."""
        lot = queries.lot(self.db, wanted["lot_id"])
        found = queries.evaluation(self.db, lot.id)
        made = queries.report(self.db, found.id)
        state = access.state(self.db, found, lot)
        if visibility.view("ranking", "public", state) != "all" or made is None or found.settled_at is None:
            refuse("not_yet", "The result is not published yet.")
        return said.Result().dump(views.result(self, found, lot, made))
