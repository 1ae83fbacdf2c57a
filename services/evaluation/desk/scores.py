"""Score sheets: drafted and submitted alone, unseen until all are in, changed only on lawful grounds (87-61, 87-64)."""

from __future__ import annotations

from typing import Any

from services.chassis.caller import Caller
from services.chassis.entrypoints import command
from services.chassis.refusal import refuse, refuse_if
from services.evaluation import conduct, outcomes, queries, reporting, scoring
from services.evaluation.desk.prices import PriceDesk
from services.evaluation.models import Evaluation, Mark, MarkChange, Member, ScoreSheet, new_id
from services.evaluation.rules import changes, score_sheet
from services.evaluation.schemas import accepted, said


class ScoreDesk(PriceDesk):
    """Scores."""

    @command(accepted.SaveSheet, permission="score.write")
    def save_sheet(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Keep marks in one's own draft; each is held against its range."""
        found, lot, sheet = self._own_draft(wanted["lot_id"], "write_sheet", by)
        given = {(each["bid_id"], each["factor"]): each["points"] for each in wanted["marks"]}
        bids = [each.bid_id for each in queries.left(self.db, found)]
        refuse_if(score_sheet.mark_objections(given, queries.factors(lot), bids))
        scoring.keep(self, sheet, wanted["marks"])
        return said.Done().dump({"id": sheet.id, "at": self.now()})

    @command(accepted.OfLot, permission="score.write")
    def submit_sheet(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Submit one's sheet, complete and within range; nobody sees it until every member has submitted."""
        found, lot, sheet = self._own_draft(wanted["lot_id"], "submit_sheet", by)
        factors, bids = queries.factors(lot), [each.bid_id for each in queries.left(self.db, found)]
        marks = queries.marks(self.db, [sheet.id])[sheet.id]
        marks = {key: points for key, points in marks.items() if key[0] in bids}
        refuse_if(score_sheet.missing(marks, factors, bids) + score_sheet.mark_objections(marks, factors, bids))
        sheet.submitted_at = self.now()
        rows = [[bid_id, factor, str(points)] for (bid_id, factor), points in sorted(marks.items())]
        self.record(lot.id, "sheet", by, sheet=sheet.id, salt=new_id(), marks=rows)
        return said.Done().dump({"id": sheet.id, "at": sheet.submitted_at})

    @command(accepted.JudgeMark, permission="score.change")
    def judge_mark(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """A member's vote whether a mark is abnormally high or low; only once all sheets are in."""
        found, lot, _ = self.take(wanted["lot_id"], "judge_mark", by, "score.change")
        member = self.sitting(queries.panel_of(self.db, found).id, by)
        sheets = scoring.read(self, found, lot)
        key = (wanted["bid_id"], wanted["factor"])
        if not sheets.all_submitted or key not in sheets.marks.get(wanted["member_id"], {}):
            refuse("mark_not_there", "Marks are judged once all sheets are in.")
        matter = f"abnormal:{wanted['bid_id']}:{wanted['factor']}:{wanted['member_id']}"
        return self.cast(found.id, lot.id, matter, member, ("abnormal", "usual"), ("abnormal",), wanted, by)

    @command(accepted.ChangeMark, permission="score.change")
    def change_mark(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """Change one's own submitted mark on one of the four lawful grounds; it stands in the report (87-64)."""
        found, lot, _ = self.take(wanted["lot_id"], "change_mark", by, "score.change")
        member = self.sitting(queries.panel_of(self.db, found).id, by)
        sheets = scoring.read(self, found, lot)
        if not sheets.all_submitted:
            refuse("sheets_open", "Changes come up once all sheets are in; until then a draft is one's own.")
        change = self._change(found, sheets, member, wanted)
        refuse_if(changes.objections(change))
        sheet = sheets.sheets[member.id]
        self.db.add(
            MarkChange(
                id=new_id(),
                sheet_id=sheet.id,
                bid_id=wanted["bid_id"],
                factor=wanted["factor"],
                old=change.old,
                new=change.new,
                ground=change.ground,
                reason=change.reason,
                at=self.now(),
            )
        )
        self.db.flush()  # the database lets a submitted mark change only with its change on record
        self.db.get_one(Mark, (sheet.id, wanted["bid_id"], wanted["factor"])).points = wanted["points"]
        self.record(
            lot.id,
            "change",
            by,
            sheet=sheet.id,
            bid=wanted["bid_id"],
            factor=wanted["factor"],
            old=str(change.old),
            new=str(change.new),
            ground=change.ground,
            salt=new_id(),
        )
        if change.ground == "abnormal" and member.kind == "expert":
            conduct.record(self, queries.panel_of(self.db, found), member.person_id, "abnormal_mark", "", lot.id)
        if found.ranked_at is not None:
            reporting.withdraw(self, found, "评分依法修改")
        return said.Done().dump({"id": sheet.id, "at": self.now()})

    @command(accepted.CloseSheets, permission="score.close")
    def close_sheets(self, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
        """The leader closes the sheets: all are in, members agree on objective factors, outliers were looked at."""
        found, lot, project = self.take(wanted["lot_id"], "close_sheets", by, "score.close")
        member = self.sitting(queries.panel_of(self.db, found).id, by)
        if not member.leader:
            refuse("leader_closes", "The panel's leader closes the sheets.")
        sheets = scoring.read(self, found, lot)
        standing_out = scoring.standing_out(self, sheets, project) if sheets.all_submitted else []
        refuse_if(scoring.closing_objections(self, found, sheets, standing_out, wanted["seen"]))
        found.sheets_closed_at = self.now()
        found.outliers_seen = wanted["seen"] or None
        return said.StepClosed().dump(outcomes.close_step(self, found, lot, project, "sheets", by_brand=True))

    def _own_draft(self, lot_id: str, action: str, by: Caller) -> tuple[Evaluation, Any, ScoreSheet]:
        found, lot, _ = self.take(lot_id, action, by, "score.write")
        sheet = scoring.own(self, found, self.sitting(queries.panel_of(self.db, found).id, by))
        if sheet.submitted_at is not None:
            refuse("sheet_submitted", "This sheet is submitted; it changes only on a lawful ground.")
        return found, lot, sheet

    def _change(
        self, found: Evaluation, sheets: scoring.Sheets, member: Member, wanted: dict[str, Any]
    ) -> changes.Change:
        key = (wanted["bid_id"], wanted["factor"])
        factor = next((each for each in sheets.factors if each.key == wanted["factor"]), None)
        if factor is None or key not in sheets.marks[member.id]:
            refuse("mark_not_there", "There is no such mark of yours.")
        return changes.Change(
            ground=wanted["ground"],
            reason=wanted["reason"],
            old=sheets.marks[member.id][key],
            new=wanted["points"],
            most=factor.points,
            kind=factor.kind,
            others=tuple(marks[key] for its_id, marks in sheets.marks.items() if its_id != member.id),
            found_abnormal=scoring.found_abnormal(self, found, *key, member),
            signed=reporting.fully_signed(self, found),
        )
