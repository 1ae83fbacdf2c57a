"""Score sheets on our tables: whose they are, what stands in them, what stands out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects.postgresql import insert

from services.chassis.refusal import Objection
from services.evaluation import queries
from services.evaluation.models import Evaluation, Lot, Mark, Member, Project, ScoreSheet, new_id
from services.evaluation.pricing import notice_day
from services.evaluation.rules import outliers, score_sheet, voting
from services.evaluation.rules.outliers import Outlier
from services.evaluation.rules.score_sheet import Factor, Marks

if TYPE_CHECKING:
    from services.evaluation.desk.base import Desk


@dataclass(frozen=True)
class Sheets:
    """Every sheet of a lot: marks by member id, the members in seat order, the factors and the bids scored; size: how
    many members the panel has when it is whole."""

    members: Sequence[Member]
    sheets: dict[str, ScoreSheet]
    marks: dict[str, dict[tuple[str, str], Decimal]]
    factors: list[Factor]
    bids: list[str]
    size: int

    @property
    def all_submitted(self) -> bool:
        """Whether the panel is whole and every member's sheet is in."""
        return self.submitted == self.size

    @property
    def submitted(self) -> int:
        """How many members who sit have submitted."""
        return sum(each.submitted_at is not None for each in self.sheets.values())


def read(desk: Desk, found: Evaluation, lot: Lot) -> Sheets:
    """All sheets of members who still sit, with their marks."""
    members = queries.members(desk.db, found.panel_id) if found.panel_id else []
    sheets = queries.sheets(desk.db, found)
    by_sheet = queries.marks(desk.db, [sheet.id for sheet in sheets.values()])
    return Sheets(
        members=members,
        sheets=sheets,
        marks={member_id: by_sheet[sheet.id] for member_id, sheet in sheets.items()},
        factors=queries.factors(lot),
        bids=[each.bid_id for each in queries.left(desk.db, found)],
        size=queries.panel_of(desk.db, found).size if found.panel_id else 0,
    )


def own(desk: Desk, found: Evaluation, member: Member) -> ScoreSheet:
    """The member's sheet, made when first needed."""
    sheet = queries.sheets(desk.db, found).get(member.id)
    if sheet is None:
        sheet = ScoreSheet(id=new_id(), evaluation_id=found.id, member_id=member.id, saved_at=desk.now())
        desk.db.add(sheet)
        desk.db.flush()
    return sheet


def keep(desk: Desk, sheet: ScoreSheet, marks: Sequence[dict[str, Any]]) -> None:
    """Put marks into a draft; a later mark for the same bid and factor takes the place of the earlier."""
    rows = {(each["bid_id"], each["factor"]): each["points"] for each in marks}
    if rows:
        arriving = insert(Mark)
        desk.db.execute(
            arriving.on_conflict_do_update(
                index_elements=["sheet_id", "bid_id", "factor"], set_={"points": arriving.excluded.points}
            ),
            [
                {"sheet_id": sheet.id, "bid_id": bid_id, "factor": factor, "points": points}
                for (bid_id, factor), points in rows.items()
            ],
        )
    sheet.saved_at = desk.now()
    desk.db.expire_all()


def closing_objections(
    desk: Desk, found: Evaluation, sheets: Sheets, standing_out: Sequence[Outlier], seen: str
) -> list[Objection]:
    """What keeps the sheets from being closed: one missing, members unequal on an objective factor, outliers nobody
    looked at."""
    if not sheets.all_submitted:
        open_sheets = sheets.size - sheets.submitted
        return [
            Objection(
                "sheets_open",
                f"{open_sheets} members have not submitted their sheets.",
                "87-61",
                "",
                {"open": str(open_sheets)},
            )
        ]
    made = []
    for each in unequal(sheets):
        title = next(factor.title for factor in sheets.factors if factor.key == each.factor)
        made.append(
            Objection(
                "objective_unequal",
                f"Members marked {title} unequally for one bid; it is an objective factor.",
                "87-64",
                f"marks.{each.bid_id}.{each.factor}",
                {"factor": title, "marks": "、".join(str(mark) for mark in each.marks.values())},
            )
        )
    if standing_out and not seen:
        made.append(
            Objection(
                "outliers_unseen",
                f"{len(standing_out)} marks stand out; the leader looks at them first and says so.",
                "87-64",
                "seen",
                {"outliers": str(len(standing_out))},
            )
        )
    return made


def unequal(sheets: Sheets) -> list[score_sheet.Disagreement]:
    """Objective factors the members do not agree on."""
    complete: dict[str, Marks] = {each.id: sheets.marks[each.id] for each in sheets.members if each.id in sheets.marks}
    return score_sheet.disagreements(complete, sheets.factors, sheets.bids)


def standing_out(desk: Desk, sheets: Sheets, project: Project) -> list[Outlier]:
    """Marks far from the others' (the house's shares); only of complete sheets."""
    day = notice_day(project)
    complete: dict[str, Marks] = {each.id: sheets.marks[each.id] for each in sheets.members if each.id in sheets.marks}
    return outliers.outliers(
        complete,
        sheets.factors,
        sheets.bids,
        mark_share=Decimal(desk.law.row("house.outlier_share", day).value),
        total_share=Decimal(desk.law.row("house.favour_share", day).value),
    )


def found_abnormal(desk: Desk, found: Evaluation, bid_id: str, factor: str, member: Member) -> bool:
    """Whether the panel's majority has found this mark abnormally high or low."""
    votes = queries.votes(desk.db, found.id, f"abnormal:{bid_id}:{factor}:{member.id}")
    made = voting.outcome(votes, queries.panel_of(desk.db, found).size)
    return made is not None and made.choice == "abnormal"


def as_rows(marks: Marks) -> list[dict[str, Any]]:
    """Marks as lists people and programs read, in a fixed order."""
    return [
        {"bid_id": bid_id, "factor": factor, "points": points} for (bid_id, factor), points in sorted(marks.items())
    ]
