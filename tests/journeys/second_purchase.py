"""A second purchase in the played suite: what its people do before and between the commands of `sunshine`."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

from deploy.rehearsal import awarding, drawing, evaluating
from deploy.rehearsal.people import Person
from deploy.rehearsal.stage import Stage, at, wire
from services.protocol.sealing import holding
from tests.journeys.terminal import People

ENTRUSTED, PREPARED, PUBLISHED = "2026-07-14 09:00", "2026-07-15 09:00", "2026-07-16 09:00"
BIDS, CLOSES, OPENS, DRAWS = "2026-08-07 09:00", "2026-08-10 09:00", "2026-08-10 09:10", "2026-08-10 14:00"
EVALUATES, DECIDES, ANNOUNCES = "2026-08-11 09:00", "2026-08-12 09:00", "2026-08-13 09:00"
SIGNS, DELIVERS = "2026-08-26 09:00", "2026-09-10 09:00"
PRICES = {"s2": "2060000.00", "s4": "1960000.00", "s5": "2080000.00"}
SEATS = {"centre": "zhao", "purchaser": "zhou", "supervisor": "zheng"}
EXPERTS = 4


def publish(stage: Stage, people: People) -> str:
    """A published purchase of one lot, scored comprehensively; its keys are proven with `sunshine prove-key`."""
    told = people.cast.data["project"]
    title = "校园网络交换设备追加采购项目（演练）"
    scored, wanted = copy.deepcopy(told["lots"][:2])
    wanted |= {"no": 1} | {each: scored[each] for each in ("award_method", "factors")}
    stage.move_to(ENTRUSTED)
    made = stage.call(
        "tendering.draft_entrustment", "sun", title=title, plan_no="JL-2026-1001", fiscal_year=told["fiscal_year"],
        funding=told["funding"], procedure=told["procedure"], budget_level="province", region="吉林",
        items=[{key: wanted[key] for key in ("category", "title", "object", "budget")}],
    )  # fmt: skip
    project = stage.facts["project"] = made["project_id"]
    stage.call("tendering.submit_entrustment", "sun", project_id=project)
    stage.call("tendering.confirm_plan", "chen", project_id=project)
    named: dict[str, Any] = {
        field: people.cast[key].person_id for field, key in
        (("officer_id", "li"), ("reviewer_id", "wang"), ("host_id", "zhao"))
    }  # fmt: skip
    stage.call("tendering.accept_entrustment", "li", project_id=project, **named)
    stage.move_to(PREPARED)
    whole = {
        **wanted, "bid_bond": told["bid_bond"]["lot2"], "requirements": "交换设备的采购需求与技术参数见附件（演练）",
        "conditions": {"performance_bond_percent": "5"},
    }  # fmt: skip
    content = {"closes_at": wire(at(CLOSES)), "room": "第二开标室", "lots": [whole]}
    document = stage.call("tendering.draft_document", "li", project_id=project, content=content)["id"]
    stage.call("tendering.submit_document", "li", document_id=document)
    judged = [each["code"] for each in stage.call("tendering.document", "wang", document_id=document)["to_judge"]]
    stage.call("tendering.review_document", "wang", document_id=document, judged=judged)
    stage.call("tendering.confirm_document", "sun", document_id=document)
    seats = {seat: [people.cast[key].person_id for key in held] for seat, held in told["seats"].items()}
    stage.call("tendering.name_holders", "li", project_id=project, seats=seats)
    for holder in SEATS.values():
        assert len(people[holder].done("prove-key", *people.encryption(holder))["proven"]) == 1
    for deputy in [people.cast[key] for held in told["seats"].values() for key in held[1:]]:
        for test in stage.call("tendering.my_key_tests", deputy)["tests"]:
            answer = holding.answer(deputy.encryption.key, test["test"])
            stage.call("tendering.prove_key", deputy, holder_id=test["holder_id"], answer=answer)
    stage.move_to(PUBLISHED)
    notice = stage.call("tendering.publish_notice", "li", project_id=project)
    lot = str(notice["payload"]["lots"][0]["lot_id"])
    stage.lots[1] = lot
    return lot


def seat_a_panel(stage: Stage) -> list[Person]:
    """Whoever is called accepts; then everybody checks in and a leader is elected. The members in seat order."""
    accepted: list[Person] = []
    while len(accepted) < EXPERTS:
        called = drawing.waiting_calls(stage, [each for each in stage.cast.experts if each not in accepted])
        assert called, f"{len(accepted)} of {EXPERTS} experts have accepted, and nobody is called"
        for expert, call_id in called:
            stage.call("evaluation.answer_call", expert, call_id=call_id, accept=True)
            accepted.append(expert)
    stage.move_to(EVALUATES)
    stage.facts["experts"] = [each.handle for each in accepted]
    return evaluating.gather(stage)


def review(stage: Stage, panel: list[Person], bids: dict[str, str]) -> None:
    """Everything up to the scores: every bid of `bids` (supplier → id) is qualified, conforms, and says its price."""
    stage.cast.data = {**stage.data, "bids": [{"lot": 1, "bids": [{"supplier": each} for each in bids]}]}
    stage.bids.update({(1, supplier): bid_id for supplier, bid_id in bids.items()})
    evaluating.qualify(stage, 1)
    evaluating.conform(stage, 1, panel)
    evaluating.find_prices(stage, 1, panel)
    stage.call("evaluation.close_prices", "zhao", lot_id=stage.lots[1])


def marks(stage: Stage, bids: dict[str, str]) -> list[dict[str, Any]]:
    """A sheet: nine tenths of every factor's points for each bid."""
    factors = [each for each in stage.data["project"]["lots"][0]["factors"] if each["kind"] != "price"]
    return [
        {"bid_id": bid_id, "factor": each["key"], "points": f"{each['points'] * 0.9:.2f}"}
        for bid_id in bids.values()
        for each in factors
    ]


def conclude(stage: Stage, bid_id: str) -> str:
    """Award, announce and draft; the contract waits for its signatures."""
    lot = stage.lots[1]
    stage.move_to(DECIDES)
    award = stage.call("contracts.decide_award", "sun", lot_id=lot, bid_id=bid_id)
    stage.move_to(ANNOUNCES)
    stage.call("contracts.announce_award", "li", award_id=award["id"], **awarding.ADDRESSES)
    stage.move_to(SIGNS)
    made = stage.call("contracts.draft_contract", "li", lot_id=lot, terms=awarding.TERMS, reasons=awarding.REASONS)
    bond = f"{Decimal(made['amount']) * 5 / 100:.2f}"
    stage.call("contracts.record_bond", "sun", contract_id=made["id"], form="bank_guarantee", amount=bond)
    return str(made["id"])


def deliver(stage: Stage, contract: str) -> str:
    """Everything is delivered and examined; the certificate waits for its signature."""
    stage.move_to(DELIVERS)
    account = stage.call("contracts.contract_account", "sun", contract_id=contract)
    lines = [{"no": each["no"], "quantity": each["ordered"]} for each in account["lines"]]
    delivery = stage.call("contracts.record_delivery", "agent-s4", contract_id=contract, lines=lines)
    opened = stage.call(
        "contracts.open_acceptance", "wu", contract_id=contract, delivery_id=delivery["id"],
        members=[stage.cast["wu"].person_id], conclusion="验收合格",
        lines=[{"no": each["no"], "accepted": each["quantity"], "rejected": "0"} for each in delivery["lines"]],
        findings=[
            {"standard": standard, "text": "逐项核对无误（演练）", "conforms": True}
            for standard in ("technical", "service", "safety")
        ],
    )  # fmt: skip
    return str(opened["id"])
