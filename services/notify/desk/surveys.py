"""Surveys after acceptance, and how satisfied people were by period."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from sqlalchemy import select

from services.chassis.caller import Caller
from services.chassis.entrypoints import PUBLIC, command, query
from services.chassis.working_days import day_of
from services.notify import events, notices
from services.notify.desk.room import Answer, Fact, Room
from services.notify.models import Survey
from services.notify.refusals import no
from services.notify.rules import satisfaction
from services.notify.schemas import accepted, said
from services.notify.surveying import SIDES


class SurveyDesk(Room):
    """What the two sides think."""

    @query(accepted.Nothing, permission="survey.answer")
    def my_surveys(self, wanted: Fact, by: Caller) -> Answer:
        """The surveys of one's organisation that wait for an answer."""
        rows = select(Survey).where(Survey.organisation_id == (by.organisation_id or ""), Survey.answered_at.is_(None))
        return {"surveys": said.SurveyView(many=True).dump(self.db.scalars(rows.order_by(Survey.asked_at).limit(200)))}

    @command(accepted.AnswerSurvey, permission="survey.answer")
    def answer_survey(self, given: Fact, by: Caller) -> Answer:
        """Answer for one's organisation, once."""
        row = self.db.get(Survey, given["survey_id"], with_for_update=True, populate_existing=True)
        if row is None:
            no("survey_unknown", field="survey_id")
        by.require("survey.answer", own=row.organisation_id == by.organisation_id)
        if row.answered_at is not None:
            no("survey_answered", field="survey_id")
        row.score, row.comment, row.satisfied = (
            given["score"], given["comment"], satisfaction.is_satisfied(given["score"])
        )  # fmt: skip
        row.answered_by, row.answered_at = self.person(by), self.now()
        self.announce(
            events.event(
                "survey_answered", f"contract:{row.contract_id}", contract_id=row.contract_id,
                by_organisation_id=row.organisation_id, side=row.side, score=row.score, satisfied=row.satisfied,
                at=row.answered_at,
            )
        )  # fmt: skip
        return said.SurveyView().dump(row)

    @query(accepted.ReadSatisfaction, permission=PUBLIC)
    def satisfaction(self, wanted: Fact, by: Caller) -> Answer:
        """Figures by period and side; asked and answered are counted in the period they were asked and answered in."""
        begin, end = notices.day_bounds(wanted["from_"], wanted["until"])
        asked: dict[tuple[str, str], int] = defaultdict(int)
        scores: dict[tuple[str, str], list[int]] = defaultdict(list)
        for moment, side in self.db.execute(
            select(Survey.asked_at, Survey.side).where(Survey.asked_at >= begin, Survey.asked_at < end)
        ):
            asked[_period(moment, wanted["period"]), side] += 1
        answered = select(Survey).where(Survey.answered_at >= begin, Survey.answered_at < end)
        for row in self.db.scalars(answered):
            if row.answered_at is not None and row.score is not None:
                scores[_period(row.answered_at, wanted["period"]), row.side].append(row.score)
        periods = sorted({period for period, _ in [*asked, *scores]})
        figures = [
            satisfaction.of_period(period, side, asked[period, side], scores[period, side])
            for period in periods
            for side in SIDES
        ]
        return {"periods": said.SatisfactionView(many=True).dump(figures)}


def _period(moment: dt.datetime, by: str) -> str:
    day = day_of(moment)
    if by == "year":
        return f"{day.year}"
    return f"{day.year}-Q{(day.month + 2) // 3}" if by == "quarter" else f"{day.year}-{day.month:02}"
