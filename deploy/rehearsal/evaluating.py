"""Act seven: the panel checks, corrects, scores alone and in secret, ranks, and signs its report."""

from __future__ import annotations

from typing import Any

from deploy.rehearsal.drawing import EVALUATES, minutes
from deploy.rehearsal.opening import OPENED
from deploy.rehearsal.people import Person
from deploy.rehearsal.stage import NotAsExpected, Stage

EXPLAINED = "2026-06-03 10:30"
"""After this the time to explain a price is over."""
SCORED = 1


def play(stage: Stage) -> None:
    """From the panel in the room to settled rankings."""
    stage.move_to(EVALUATES)
    panel = gather(stage)
    for no in OPENED:
        qualify(stage, no)
        conform(stage, no, panel)
    for no in OPENED:
        find_prices(stage, no, panel)
    stage.move_to(EXPLAINED)
    for no in OPENED:
        stage.call("evaluation.close_prices", "zhao", lot_id=stage.lots[no])
    stage.say("lot 2: a price was to be explained and was not; a correction was confirmed")
    _score(stage, panel)
    for no in OPENED:
        _settle(stage, no, panel)


def gather(stage: Stage) -> list[Person]:
    """Everybody checks in, a leader is elected; the members in seat order."""
    panel_id = stage.facts["panel"]
    experts = [stage.cast[key] for key in stage.facts["experts"]]
    representative = stage.cast[stage.data["project"]["panel_representative"]]
    for member in (*experts, representative):
        stage.call("evaluation.check_in", member, panel_id=panel_id)
    stage.call("evaluation.attend", "zheng", panel_id=panel_id)
    by_name = {each.name: each for each in (*experts, representative)}
    seen = stage.call("evaluation.panel", "zheng", panel_id=panel_id)["members"]
    leader = next(each for each in seen if each["name"] == experts[0].name)
    for expert in experts:
        stage.call("evaluation.vote_for_leader", expert, panel_id=panel_id, member_id=leader["member_id"])
    stage.facts["leader"] = experts[0].handle
    stage.call("evaluation.begin_evaluation", "zhao", panel_id=panel_id)
    stage.say(f"the evaluation begins: {len(by_name)} members, a leader elected, the supervisor present")
    seen = stage.call("evaluation.panel", "zheng", panel_id=panel_id)["members"]
    seated = sorted(seen, key=lambda each: int(each["seat_no"] or len(seen)))
    stage.facts["members"] = [by_name[each["name"]].handle for each in seated]
    return [by_name[each["name"]] for each in seated]


def _bids(stage: Stage, no: int) -> list[dict[str, Any]]:
    return [dict(each) for each in stage.data["bids"][no - 1]["bids"]]


def qualify(stage: Stage, no: int) -> None:
    """The centre and the purchaser each check every bidder."""
    for told in _bids(stage, no):
        bid_id = stage.bids[no, told["supplier"]]
        for side in ("li", "zhou"):
            stage.call("evaluation.check_qualification", side, lot_id=stage.lots[no], bid_id=bid_id, passed=True)
    stage.call("evaluation.close_qualification", "zhao", lot_id=stage.lots[no])
    stage.say(f"lot {no}: all {len(_bids(stage, no))} bidders are qualified")


def conform(stage: Stage, no: int, panel: list[Person]) -> None:
    """Every member votes on every bid; whoever has a fault in the input is out."""

    def vote(member: Person) -> None:
        for told in _bids(stage, no):
            fault = told.get("conformity_fault", "")
            stage.call(
                "evaluation.vote_on_conformity", member, lot_id=stage.lots[no],
                bid_id=stage.bids[no, told["supplier"]], choice="fail" if fault else "pass", reason=fault,
            )  # fmt: skip

    stage.all(vote, panel)
    closed = stage.call("evaluation.close_conformity", "zhao", lot_id=stage.lots[no])
    for told in _bids(stage, no):
        if told.get("conformity_fault"):
            stage.say(f"lot {no}: {stage.cast.name_of(told['supplier'])} is out: {told['conformity_fault']}")
    stage.say(f"lot {no}: {closed['left']} bidders are left after conformity")


def find_prices(stage: Stage, no: int, panel: list[Person]) -> None:
    """Contradictions are corrected in the lawful order and confirmed; low prices are asked about."""
    found = stage.call("evaluation.find_corrections", "zhao", lot_id=stage.lots[no], answer_by=minutes(stage, 40))
    asked = {each["question_id"]: each for each in _questions(stage, no)}
    for question_id in found["question_ids"]:
        supplier = stage.cast.supplier_of(asked[question_id]["supplier_id"])
        stage.call("evaluation.confirm_correction", stage.cast.agent(supplier), question_id=question_id, confirmed=True)
        stage.say(f"lot {no}: {stage.cast.name_of(supplier)} confirms the lawful correction of its price")
    low = stage.call("evaluation.examine_prices", panel[0], lot_id=stage.lots[no], answer_by=minutes(stage, 40))
    for question in _questions(stage, no):
        if question["question_id"] in low["question_ids"]:
            supplier = stage.cast.supplier_of(question["supplier_id"])
            stage.say(f"lot {no}: {stage.cast.name_of(supplier)} is asked to explain its price")


def _questions(stage: Stage, no: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stage.call("evaluation.questions", "zhao", lot_id=stage.lots[no])["questions"]
    return found


def _score(stage: Stage, panel: list[Person]) -> None:
    """Each member scores alone: the input's marks by seat."""
    scores = stage.data["scores"][str(SCORED)]

    def write(seat_and_member: tuple[int, Person]) -> None:
        seat, member = seat_and_member
        marks = [
            {"bid_id": stage.bids[SCORED, supplier], "factor": factor, "points": given[seat]}
            for supplier, factors in scores.items()
            for factor, given in factors.items()
        ]
        stage.call("evaluation.save_sheet", member, lot_id=stage.lots[SCORED], marks=marks)
        stage.call("evaluation.submit_sheet", member, lot_id=stage.lots[SCORED])

    stage.all(write, list(enumerate(panel)))
    leader = stage.cast[stage.facts["leader"]]
    stage.call("evaluation.close_sheets", leader, lot_id=stage.lots[SCORED])
    stage.say(f"lot {SCORED}: {len(panel)} score sheets are in and closed")


def _settle(stage: Stage, no: int, panel: list[Person]) -> None:
    lot_id = stage.lots[no]
    stage.call("evaluation.settle_ranking", "zhao", lot_id=lot_id)
    report = stage.call("evaluation.report", "zheng", lot_id=lot_id)
    for member in panel:
        signed = _signed(member, report["statement"], "member")
        stage.call("evaluation.sign_report", member, lot_id=lot_id, signed=signed)
        stage.keep(f"report/{no}-{member.handle}-signed.json", signed)
    countersigned = _signed(stage.cast["zheng"], report["statement"], "supervisor")
    stage.call("evaluation.countersign_report", "zheng", lot_id=lot_id, signed=countersigned)
    stage.keep(f"report/{no}-zheng-signed.json", countersigned)
    stage.keep(f"report/{no}-body.json", report["body"])
    ranked = stage.until(f"settled ranking of lot {no}", lambda: _settled(stage, no))
    stage.keep(f"report/{no}-ranking.json", ranked)
    for each in ranked["ranking"]:
        name = stage.cast.name_of(stage.cast.supplier_of(each["supplier_id"]))
        total = f", {each['total']} points" if each["total"] else ""
        stage.say(f"lot {no}: {each['rank']}. {name}, evaluation price {each['evaluation_price']}{total}")
    if not ranked["ranking"]:
        raise NotAsExpected(f"lot {no} has no ranking")


def _settled(stage: Stage, no: int) -> dict[str, Any] | None:
    found: dict[str, Any] = stage.call("evaluation.ranking", "zheng", lot_id=stage.lots[no])
    return found if found.get("ranking") else None


def _signed(person: Person, statement: dict[str, Any], capacity: str) -> dict[str, Any]:
    said = {key: value for key, value in statement.items() if key not in ("what", "digest")}
    return person.sign(statement["what"], statement["digest"], **{**said, "capacity": capacity, "dissent": ""})
