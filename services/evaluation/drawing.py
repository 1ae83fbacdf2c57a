"""The draw's steps on our tables; the arithmetic is `services.protocol.draw`, which anyone can run."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.chassis.caller import Caller
from services.chassis.refusal import Objection, refuse
from services.chassis.wire import moment_text
from services.chassis.working_days import day_of, load_calendar
from services.evaluation import queries, sheets
from services.evaluation.models import Draw, Panel, PoolExpert, Project, SeatNonce, new_id
from services.protocol import canonical
from services.protocol import draw as protocol
from services.protocol.reasons import ProtocolError

if TYPE_CHECKING:
    from services.evaluation.desk.base import Desk

SEATS = ("centre", "purchaser", "supervisor")
"""The order of the nonces in the seed."""


def freezing_objections(desk: Desk, panel: Panel) -> list[Objection]:
    """Why the pool cannot be frozen now: done already, or earlier than the law lets (198-14)."""
    found = []
    if queries.draw_of(desk.db, panel.id) is not None:
        found.append(
            Objection("pool_frozen_already", "The pool of this panel is frozen; there is no second draw.", "条例39")
        )
    row = desk.law.row("panel.draw_earliest", day_of(panel.formed_at))
    days = load_calendar(desk.db).working_days_between(day_of(desk.now()), day_of(panel.evaluates_at))
    if days > row.value:
        found.append(
            Objection(
                "draw_early",
                f"The evaluation is {days} working days away; draw at most {row.value} before.",
                row.article,
                "",
                {"days": str(days), "most": str(row.value)},
            )
        )
    return found


def question(desk: Desk, panel: Panel, project: Project) -> dict[str, Any]:
    """What registry is asked for the pool."""
    bidders = bidding(desk.db, panel)
    return {
        "categories": sorted(panel.wanted),
        "when": moment_text(panel.evaluates_at),
        "bidders": [{"organisation_id": its_id, "name": name} for its_id, name in sorted(bidders.items())],
        "purchaser_id": project.purchaser_id,
        "purchaser_name": project.purchaser_name,
        "regions": list(panel.regions),
    }


def bidding(db: Session, panel: Panel) -> dict[str, str]:
    """Every supplier the panel will judge, partners of a consortium too: id → name (条例9, 法24)."""
    bids = [each for found in queries.evaluations_of(db, panel.id) for each in queries.bids(db, found.lot_id)]
    partners = {its_id: name for bid in bids for its_id, name in sheets.partners(bid).items()}
    registered = {its_id: each.name for its_id, each in queries.organisations(db, set(partners)).items()}
    return partners | registered | {each.supplier_id: each.supplier_name for each in bids}


def freeze(desk: Desk, panel: Panel, answer: Mapping[str, Any]) -> Draw:
    """Put the pool on record under pseudonyms; refuses where a specialty has fewer experts than wanted."""
    sitting = {each.person_id for each in queries.members(desk.db, panel.id)} | set(panel.excluded)
    people = [each for each in answer["pool"] if each["person_id"] not in sitting]
    salts = {each["person_id"]: secrets.token_bytes(protocol.NONCE_BYTES) for each in people}
    names = {its_id: protocol.pseudonym(its_id, salt) for its_id, salt in salts.items()}
    specialties = {
        specialty: (count, [names[each["person_id"]] for each in people if specialty in each["covers"]])
        for specialty, count in panel.wanted.items()
    }
    for specialty, (count, experts) in specialties.items():
        if len(experts) < count:
            refuse(
                "pool_too_small",
                f"{specialty}: {len(experts)} experts may be drawn; {count} are wanted.",
                Objection(
                    "pool_too_small",
                    f"{specialty}: {len(experts)} of {count}.",
                    "条例39",
                    "wanted",
                    {"specialty": specialty, "experts": str(len(experts)), "wanted": str(count)},
                ),
            )
    draw_id = new_id()
    reasons: dict[str, int] = {}
    for each in answer["out"]:
        for reason in each["reasons"]:
            reasons[reason["code"]] = reasons.get(reason["code"], 0) + 1
    lots = [found.lot_id for found in queries.evaluations_of(desk.db, panel.id)]
    about = {"lots": lots, "regions": list(panel.regions), "as_of": answer["as_of"], "out": reasons}
    frozen = protocol.freeze_pool(draw_id, specialties, about)
    draw = Draw(
        id=draw_id,
        panel_id=panel.id,
        pool=frozen,
        pool_digest=canonical.digest(frozen),
        out=list(answer["out"]),
        frozen_at=desk.now(),
        round=1,
        rounds=[],
    )
    desk.db.add(draw)
    desk.db.flush()
    desk.db.add_all(
        PoolExpert(
            draw_id=draw_id,
            pseudonym=names[each["person_id"]],
            person_id=each["person_id"],
            name=each["name"],
            salt=salts[each["person_id"]].hex(),
        )
        for each in people
    )
    desk.db.flush()
    return draw


def reveal_objections(
    db: Session, draw: Draw, panel: Panel, committed: Mapping[str, SeatNonce], wanted: Mapping[str, Any], by: Caller
) -> list[Objection]:
    """Why a nonce is not taken: not all have committed, another holder committed, it is not what was committed to."""
    seat = wanted["seat"]
    if set(committed) != set(SEATS):
        return [Objection("reveal_early", "Every seat commits before any reveals.", "", "seat")]
    mine = committed[seat]
    found = []
    if mine.nonce is not None:
        found.append(Objection("seat_revealed", "This seat has revealed in this round.", "", "seat"))
    if mine.person_id != by.person_id:
        found.append(Objection("reveal_of_another", "Who committed reveals.", "", "seat"))
    nonce = bytes.fromhex(wanted["nonce"])
    if protocol.commitment(draw.pool_digest, draw.round, seat, nonce) != mine.commitment:
        found.append(Objection("reveal_differs", "This is not the nonce that was committed to.", "", "nonce"))
    known = db.scalar(
        select(SeatNonce.seat).where(SeatNonce.draw_id == draw.id, SeatNonce.nonce == wanted["nonce"]).limit(1)
    )
    if known is not None:
        found.append(Objection("nonce_reused", "This nonce is known already; take a fresh one.", "", "nonce"))
    return found


def draw(desk: Desk, found: Draw, panel: Panel) -> None:
    """Every seat has revealed: the seed, and with it the order, is settled."""
    committed = queries.nonces(desk.db, found)
    seed = protocol.seed_of(found.pool_digest, [bytes.fromhex(committed[seat].nonce or "") for seat in SEATS])
    found.seed, found.orders, found.drawn_at = seed.hex(), protocol.orders_of(found.pool, seed), desk.now()
    desk.db.flush()
    desk.tell(
        "experts_drawn",
        f"draw:{found.id}",
        draw_id=found.id,
        round=found.round,
        seed=found.seed,
        orders_digest=canonical.digest(found.orders),
        at=desk.now(),
    )


def refuse_round(desk: Desk, found: Draw, panel: Panel, seat: str) -> str:
    """Close a round in which a seat will not reveal; answers who refused. All others have committed, so nothing is
    gained by it."""
    committed = queries.nonces(desk.db, found)
    if set(committed) != set(SEATS) or found.seed is not None:
        refuse("refusal_early", "A refusal can be recorded once every seat has committed and before the draw is done.")
    if committed[seat].nonce is not None:
        refuse("seat_revealed", "This seat has revealed.")
    refuser = committed[seat].person_id
    holders = [each for each in panel.seats[seat] if each != refuser]
    if not holders:
        refuse("seat_without_deputy", "Name a deputy of this seat first.")
    panel.seats = {**panel.seats, seat: holders}
    found.rounds = [*found.rounds, _round(committed)]
    found.round += 1
    desk.db.flush()
    return refuser


def struck(found: Draw, wanted: Mapping[str, Any]) -> bool:
    """Whether this person committed in a round that a refusal closed, and refused."""
    return any(
        entry["by"] == wanted["person_id"] and entry["seat"] in one["missing"]
        for one in found.rounds
        for entry in one["commitments"]
    )


def transcript(db: Session, found: Draw) -> dict[str, Any]:
    """The draw as anyone can replay it. Refuses `draw_unfinished` while a call is open or a seat empty."""
    if found.seed is None:
        refuse("draw_unfinished", "The draw is not done.")
    calls = queries.calls(db, found.id)
    if any(call.outcome is None for call in calls):
        refuse("draw_unfinished", "A call is still open.")
    rounds = [*found.rounds, _round(queries.nonces(db, found))]
    said = [
        {
            "specialty": call.specialty,
            "expert": call.pseudonym,
            "outcome": call.outcome,
            "reason": call.reason,
            "at": moment_text(call.answered_at or call.called_at),
        }
        for call in calls
    ]
    try:
        return protocol.transcript(found.pool, SEATS, rounds, said)
    except ProtocolError as error:
        refuse("draw_unfinished", f"The draw does not replay yet: {error}")


def public_view(db: Session, found: Draw) -> dict[str, Any]:
    """How far a draw is, without a name: what its seats and watchers see while it runs."""
    committed = queries.nonces(db, found)
    return {
        "draw_id": found.id,
        "panel_id": found.panel_id,
        "pool_digest": found.pool_digest,
        "round": found.round,
        "seats": list(SEATS),
        "commitments": [
            {"seat": seat, "commitment": each.commitment, "nonce": each.nonce}
            for seat, each in sorted(committed.items())
        ],
        "refused": [{"round": number, "missing": one["missing"]} for number, one in enumerate(found.rounds, start=1)],
        "seed": found.seed,
        "pool": found.pool,
        "calls": [
            {
                "specialty": call.specialty,
                "expert": call.pseudonym,
                "outcome": call.outcome,
                "reason": call.reason,
                "call_id": call.id,
            }
            for call in queries.calls(db, found.id)
        ],
    }


def _round(committed: Mapping[str, SeatNonce]) -> dict[str, Any]:
    return {
        "commitments": [
            {"seat": seat, "by": committed[seat].person_id, "commitment": committed[seat].commitment} for seat in SEATS
        ],
        "reveals": [{"seat": seat, "nonce": committed[seat].nonce} for seat in SEATS if committed[seat].nonce],
        "missing": [seat for seat in SEATS if not committed[seat].nonce],
    }
