"""Reads with a name."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NoReturn

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.refusal import refuse
from services.evaluation.models import (
    Appraisal,
    Attendance,
    Draw,
    Evaluation,
    ExpertCall,
    Lot,
    Mark,
    Member,
    OpenedBid,
    Organisation,
    Panel,
    PoolExpert,
    Project,
    QualificationCheck,
    Question,
    Rejection,
    Report,
    Round,
    RoundOffer,
    ScoreSheet,
    SeatNonce,
    Vote,
)
from services.evaluation.rules import voting
from services.evaluation.rules.score_sheet import Factor


def project(db: Session, project_id: str) -> Project:
    """The project. Refuses `not_found`."""
    return db.get(Project, project_id) or _missing("project", project_id)


def lot(db: Session, lot_id: str) -> Lot:
    """The lot as its notice described it. Refuses `not_found`."""
    return db.get(Lot, lot_id) or _missing("lot", lot_id)


def lots_of(db: Session, project_id: str) -> Sequence[Lot]:
    """All lots of a project, in the order of their numbers."""
    return db.scalars(select(Lot).where(Lot.project_id == project_id).order_by(Lot.no)).all()


def evaluation(db: Session, lot_id: str, *, lock: bool = False) -> Evaluation:
    """The evaluation of a lot that counts: its last attempt. Refuses `not_found`. lock: for a change."""
    wanted = select(Evaluation).where(Evaluation.lot_id == lot_id).order_by(Evaluation.attempt.desc()).limit(1)
    found = db.scalar(wanted.with_for_update() if lock else wanted)
    return found or _missing("evaluation of the lot", lot_id)


def evaluations_of(db: Session, panel_id: str, *, lock: bool = False) -> Sequence[Evaluation]:
    """The evaluations a panel does, by lot."""
    wanted = select(Evaluation).where(Evaluation.panel_id == panel_id).order_by(Evaluation.lot_id)
    return db.scalars(wanted.with_for_update() if lock else wanted).all()


def panel(db: Session, panel_id: str, *, lock: bool = False) -> Panel:
    """The panel. Refuses `not_found`."""
    return db.get(Panel, panel_id, with_for_update=lock) or _missing("panel", panel_id)


def panel_of(db: Session, found: Evaluation) -> Panel:
    """The panel of an evaluation. Refuses `panel_not_formed`."""
    if found.panel_id is None:
        refuse("panel_not_formed", "No panel has been formed for this lot yet.")
    return panel(db, found.panel_id)


def draw(db: Session, draw_id: str, *, lock: bool = False) -> Draw:
    """The draw. Refuses `not_found`."""
    return db.get(Draw, draw_id, with_for_update=lock) or _missing("draw", draw_id)


def draw_of(db: Session, panel_id: str) -> Draw | None:
    """The draw of a panel, if its pool was frozen."""
    return db.scalar(select(Draw).where(Draw.panel_id == panel_id))


def nonces(db: Session, found: Draw, number: int | None = None) -> dict[str, SeatNonce]:
    """Seat → commitment of one round (the present one unless told)."""
    rows = db.scalars(
        select(SeatNonce).where(SeatNonce.draw_id == found.id, SeatNonce.round == (number or found.round))
    )
    return {row.seat: row for row in rows}


def pool(db: Session, draw_id: str) -> dict[str, PoolExpert]:
    """Pseudonym → who it is."""
    return {row.pseudonym: row for row in db.scalars(select(PoolExpert).where(PoolExpert.draw_id == draw_id))}


def calls(db: Session, draw_id: str) -> Sequence[ExpertCall]:
    """Every call of a draw, by specialty and drawn order."""
    return db.scalars(
        select(ExpertCall).where(ExpertCall.draw_id == draw_id).order_by(ExpertCall.specialty, ExpertCall.position)
    ).all()


def members(db: Session, panel_id: str) -> Sequence[Member]:
    """Who sits on the panel now, in seat order (before the evaluation: in order of joining, representatives last)."""
    rows = db.scalars(select(Member).where(Member.panel_id == panel_id, Member.left_at.is_(None))).all()
    return sorted(rows, key=lambda each: (each.seat_no or 0, each.kind != "expert", each.joined_at, each.id))


def member(db: Session, panel_id: str, person_id: str | None) -> Member:
    """This person's seat on the panel. Refuses `not_a_member`."""
    found = next((each for each in members(db, panel_id) if each.person_id == person_id), None)
    if found is None:
        refuse("not_a_member", "Only a member of this panel does that.")
    return found


def supervisors(db: Session, panel_id: str) -> Sequence[Attendance]:
    """Supervisors who checked in."""
    return db.scalars(
        select(Attendance).where(Attendance.panel_id == panel_id).order_by(Attendance.checked_in_at)
    ).all()


def bids(db: Session, lot_id: str) -> Sequence[OpenedBid]:
    """Every opened bid of a lot in order of receipt."""
    return db.scalars(select(OpenedBid).where(OpenedBid.lot_id == lot_id).order_by(OpenedBid.place)).all()


def bid(db: Session, lot_id: str, bid_id: str) -> OpenedBid:
    """One bid of the lot. Refuses `not_found`."""
    found = db.get(OpenedBid, bid_id)
    return found if found is not None and found.lot_id == lot_id else _missing("bid", bid_id)


def rejections(db: Session, evaluation_id: str) -> dict[str, Rejection]:
    """Bid → why it is out."""
    return {row.bid_id: row for row in db.scalars(select(Rejection).where(Rejection.evaluation_id == evaluation_id))}


def left(db: Session, found: Evaluation) -> list[OpenedBid]:
    """The bids still in, in order of receipt."""
    out = rejections(db, found.id)
    return [each for each in bids(db, found.lot_id) if each.bid_id not in out]


def appraisals(db: Session, evaluation_id: str) -> dict[str, Appraisal]:
    """Bid → its price on its way."""
    return {row.bid_id: row for row in db.scalars(select(Appraisal).where(Appraisal.evaluation_id == evaluation_id))}


def checks(db: Session, evaluation_id: str) -> dict[str, dict[str, QualificationCheck]]:
    """Bid → side → its finding."""
    found: dict[str, dict[str, QualificationCheck]] = {}
    for row in db.scalars(select(QualificationCheck).where(QualificationCheck.evaluation_id == evaluation_id)):
        found.setdefault(row.bid_id, {})[row.side] = row
    return found


def questions(db: Session, evaluation_id: str) -> Sequence[Question]:
    """Every question of an evaluation in the order asked."""
    return db.scalars(
        select(Question).where(Question.evaluation_id == evaluation_id).order_by(Question.asked_at, Question.id)
    ).all()


def rounds(db: Session, evaluation_id: str) -> Sequence[Round]:
    """Every round of an evaluation, in order."""
    return db.scalars(select(Round).where(Round.evaluation_id == evaluation_id).order_by(Round.number)).all()


def offers_of(db: Session, round_id: str) -> dict[str, RoundOffer]:
    """Bid → its offer of a round, sealed or opened."""
    return {each.bid_id: each for each in db.scalars(select(RoundOffer).where(RoundOffer.round_id == round_id))}


def negotiated_with(db: Session, supplier_id: str | None) -> list[Evaluation]:
    """Evaluations with rounds, of lots this supplier bid for; the newest rounds first, 200 rounds at most."""
    wanted = (
        select(Evaluation)
        .join(Round, Round.evaluation_id == Evaluation.id)
        .join(OpenedBid, OpenedBid.lot_id == Evaluation.lot_id)
        .where(OpenedBid.supplier_id == supplier_id)
        .order_by(Round.opened_at.desc())
        .limit(200)
    )
    return list({found.id: found for found in db.scalars(wanted)}.values())


def question(db: Session, question_id: str, *, lock: bool = False) -> Question:
    """One question. Refuses `not_found`."""
    return db.get(Question, question_id, with_for_update=lock) or _missing("question", question_id)


def votes(db: Session, scope_id: str, matter: str) -> list[voting.Vote]:
    """What members who still sit have voted in a matter; `member` is the member's id."""
    rows = db.scalars(
        select(Vote)
        .join(Member, Member.id == Vote.member_id)
        .where(Vote.scope_id == scope_id, Vote.matter == matter, Member.left_at.is_(None))
        .order_by(Vote.at, Vote.member_id)
    )
    return [voting.Vote(row.member_id, row.choice, row.reason) for row in rows]


def factors(found: Lot) -> list[Factor]:
    """The factors of the lot's scheme, in its order."""
    return [
        Factor(
            each["key"],
            each["title"],
            Decimal(each["points"]),
            each["kind"],
            bool(each.get("technical", True)) and each["kind"] != "price",
        )
        for each in found.factors
    ]


def sheets(db: Session, found: Evaluation) -> dict[str, ScoreSheet]:
    """Member id → sheet, of members who still sit."""
    rows = db.scalars(
        select(ScoreSheet)
        .join(Member, Member.id == ScoreSheet.member_id)
        .where(ScoreSheet.evaluation_id == found.id, Member.left_at.is_(None))
    )
    return {row.member_id: row for row in rows}


def marks(db: Session, sheet_ids: Sequence[str]) -> dict[str, dict[tuple[str, str], Decimal]]:
    """Sheet id → (bid, factor) → points."""
    found: dict[str, dict[tuple[str, str], Decimal]] = {each: {} for each in sheet_ids}
    rows = db.execute(select(Mark.sheet_id, Mark.bid_id, Mark.factor, Mark.points).where(Mark.sheet_id.in_(sheet_ids)))
    for sheet_id, bid_id, factor, points in rows:
        found[sheet_id][bid_id, factor] = points
    return found


def report(db: Session, evaluation_id: str, *, lock: bool = False) -> Report | None:
    """The report that counts, if one was made."""
    wanted = select(Report).where(Report.evaluation_id == evaluation_id, Report.void_at.is_(None))
    return db.scalar(wanted.with_for_update() if lock else wanted)


def organisations(db: Session, ids: set[str]) -> dict[str, Organisation]:
    """Organisations by id, as far as they are known here."""
    return {each.id: each for each in db.scalars(select(Organisation).where(Organisation.id.in_(ids)))}


def _missing(what: str, its_id: str) -> NoReturn:
    refuse("not_found", f"There is no {what} {its_id} here.")
