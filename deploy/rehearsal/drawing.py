"""Act six: a panel is formed, experts are drawn by commit and reveal, called, and one declines."""

from __future__ import annotations

import secrets
from datetime import timedelta

from deploy.rehearsal.opening import OPENED
from deploy.rehearsal.people import Person
from deploy.rehearsal.stage import NotAsExpected, Stage, at, wire
from services.protocol import draw

BEGINS, EVALUATES = "2026-06-02 14:00", "2026-06-03 09:00"
_WANTED = {"A02010104": 3, "A02010202": 3}
"""Experts by specialty: the categories of the two lots."""


def play(stage: Stage) -> None:
    """From the opened bids to a full panel."""
    stage.move_to(BEGINS)
    _recused(stage)
    _form(stage)
    _draw(stage)
    _call(stage)


def _recused(stage: Stage) -> None:
    """Who of the library may not sit, for both lots' bidders, and why: what the draw's pool rests on."""
    bidders = sorted({each["supplier"] for lot in stage.data["bids"] if lot["lot"] in OPENED for each in lot["bids"]})
    asked = stage.call(
        "registry.expert_pool", "zheng", categories=list(_WANTED), when=wire(at(EVALUATES)),
        bidders=[
            {"organisation_id": stage.cast.organisations[key], "name": stage.cast.name_of(key)} for key in bidders
        ],
        purchaser_id=stage.cast.organisations["education"], purchaser_name=stage.cast.name_of("education"),
    )  # fmt: skip
    recused = []
    for out in asked["out"]:
        ties = [each for each in out["reasons"] if each["code"] != "other_specialty"]
        if ties:
            expert = stage.cast.who(out["person_id"])
            recused.append(
                {
                    "expert": expert.handle, "reason": ties[0]["code"],
                    "message": "; ".join(each["message"] for each in ties),
                    "articles": sorted({each["article"] for each in ties}),
                }
            )  # fmt: skip
            stage.say(f"must stand aside: {expert.name}: {recused[-1]['message']}")
    stage.facts["recused"] = sorted(recused, key=lambda each: str(each["expert"]))
    stage.facts["eligible"] = len(asked["pool"])


def _form(stage: Stage) -> None:
    told = stage.data["project"]
    made = stage.call(
        "evaluation.form_panel", "zhao",
        project_id=stage.facts["project"], lot_ids=[stage.lots[no] for no in OPENED],
        wanted=[{"specialty": specialty, "experts": count} for specialty, count in _WANTED.items()],
        representatives=[stage.cast[told["panel_representative"]].person_id],
        seats={seat: [stage.cast[key].person_id for key in held] for seat, held in told["seats"].items()},
        evaluates_at=wire(at(EVALUATES)), room="评标三室",
    )  # fmt: skip
    stage.facts["panel"] = made["panel_id"]
    stage.say(f"a panel of {made['size']} is formed: experts to be drawn, and the purchaser's representative")


def _draw(stage: Stage) -> None:
    """Freeze, commit, reveal: nobody alone can bend the seed, and anybody can replay it."""
    frozen = stage.call("evaluation.freeze_pool", "zhao", panel_id=stage.facts["panel"])
    drawn = stage.facts["draw"] = frozen["draw_id"]
    holders = {seat: stage.cast[held[0]] for seat, held in stage.data["project"]["seats"].items()}
    nonces = {seat: secrets.token_bytes(32) for seat in holders}
    stage.say(f"the pool of {stage.facts['eligible']} is frozen: {frozen['pool_digest'][:16]}…")
    for seat, holder in holders.items():
        sealed = draw.commitment(frozen["pool_digest"], frozen["round"], seat, nonces[seat])
        stage.call("evaluation.commit_nonce", holder, draw_id=drawn, seat=seat, commitment=sealed)
    for seat, holder in holders.items():
        stage.call("evaluation.reveal_nonce", holder, draw_id=drawn, seat=seat, nonce=nonces[seat].hex())
    stage.say("every seat committed, then revealed: the order is drawn, the first experts are called")


def _call(stage: Stage) -> None:
    """Experts read their invitations; the first of them declines and the next in the order is called."""
    wanted, accepted, declined = sum(_WANTED.values()), list[str](), list[str]()
    asking = stage.cast.experts
    while len(accepted) < wanted:
        waiting = waiting_calls(stage, asking)
        if not waiting:
            raise NotAsExpected(f"{len(accepted)} of {wanted} experts have accepted, and nobody is called")
        for expert, call_id in waiting:
            if not declined:
                stage.call("evaluation.answer_call", expert, call_id=call_id, accept=False, reason="当日另有教学安排")
                declined.append(expert.handle)
                stage.say("one expert declines; the next in the drawn order is called")
            else:
                stage.call("evaluation.answer_call", expert, call_id=call_id, accept=True)
                accepted.append(expert.handle)
        asking = [each for each in asking if each.handle not in (*accepted, *declined)]
    stage.facts["experts"], stage.facts["declined"] = accepted, declined
    stage.say(f"{len(accepted)} experts have accepted; their names stay secret until the result")


def waiting_calls(stage: Stage, asking: list[Person]) -> list[tuple[Person, str]]:
    """Who of these is called to the panel and has not answered, with the id of the call."""

    def ask(expert: Person) -> list[tuple[Person, str]]:
        found = stage.call("evaluation.my_invitations", expert)["invitations"]
        mine = [each for each in found if each["panel_id"] == stage.facts["panel"] and each["outcome"] is None]
        return [(expert, each["call_id"]) for each in mine]

    return [each for found in stage.all(ask, asking) for each in found]


def minutes(stage: Stage, count: int) -> str:
    """A moment from the rehearsal's now, as the API takes it."""
    return wire(stage.now() + timedelta(minutes=count))
