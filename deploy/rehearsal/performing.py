"""Act nine: contracts are signed by both, published, filed, delivered, accepted and paid; both sides are asked."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from deploy.rehearsal.awarding import REASONS, TERMS, winner
from deploy.rehearsal.opening import OPENED
from deploy.rehearsal.stage import BEIJING, NotAsExpected, Stage

SIGNED, PUBLISHED, DELIVERED, PAID = "2026-06-18 09:00", "2026-06-19 10:00", "2026-07-06 09:00", "2026-07-10 10:00"
RETURNED = "2026-07-13 09:00"


def play(stage: Stage) -> None:
    """From the awards to the last payment and the answered survey."""
    stage.move_to(SIGNED)
    for no in OPENED:
        _conclude(stage, no)
    stage.move_to(PUBLISHED)
    for no in OPENED:
        contract_id = stage.facts[f"contract_{no}"]
        stage.call("contracts.publish_contract", "li", contract_id=contract_id)
        stage.call("contracts.file_contract", "li", contract_id=contract_id, filing_no=f"演备-2026-{no}")
        stage.say(f"lot {no}: the contract is published and filed with finance")
    stage.move_to(DELIVERED)
    certified = {no: _deliver(stage, no) for no in OPENED}
    stage.move_to(PAID)
    for no in OPENED:
        _pay(stage, no, certified[no])
    stage.move_to(RETURNED)
    for no in OPENED:
        _end(stage, no)
    _survey(stage)


def _conclude(stage: Stage, no: int) -> None:
    supplier = winner(stage, no)
    if f"contract_{no}" not in stage.facts:
        made = stage.call("contracts.draft_contract", "li", lot_id=stage.lots[no], terms=TERMS, reasons=REASONS)
        stage.facts[f"contract_{no}"] = made["id"]
    contract = stage.call("contracts.contract", "sun", contract_id=stage.facts[f"contract_{no}"])
    stage.call(
        "contracts.record_bond", "sun", contract_id=contract["id"], form="bank_guarantee",
        amount=f"{Decimal(contract['amount']) * 5 / 100:.2f}",
    )  # fmt: skip
    for person, side in ((stage.cast.agent(supplier), "supplier"), (stage.cast["sun"], "purchaser")):
        signed = person.sign("contract", contract["digest"], about_id=contract["id"], side=side)
        done = stage.call("contracts.sign_contract", person, contract_id=contract["id"], signed=signed)
    if done["status"] != "signed":
        raise NotAsExpected(f"lot {no}: the contract is {done['status']} after both have signed")
    stage.keep(
        f"contract/{no}-evidence.json", stage.call("contracts.contract_evidence", "sun", contract_id=contract["id"])
    )
    stage.say(f"lot {no}: contract {contract['no']} over {contract['amount']} yuan is signed by both")


def _deliver(stage: Stage, no: int) -> dict[str, Any]:
    """All at once, accepted by somebody who did not run the purchase."""
    agent, contract_id = stage.cast.agent(winner(stage, no)), stage.facts[f"contract_{no}"]
    account = stage.call("contracts.contract_account", "sun", contract_id=contract_id)
    lines = [{"no": each["no"], "quantity": each["ordered"]} for each in account["lines"]]
    delivery = stage.call("contracts.record_delivery", agent, contract_id=contract_id, lines=lines)
    wu = stage.cast["wu"]
    opened = stage.call(
        "contracts.open_acceptance", wu, contract_id=contract_id, delivery_id=delivery["id"], members=[wu.person_id],
        lines=[{"no": each["no"], "accepted": each["quantity"], "rejected": "0"} for each in delivery["lines"]],
        findings=[
            {"standard": "technical", "text": "参数逐项核对", "conforms": True},
            {"standard": "service", "text": "安装培训已完成", "conforms": True},
            {"standard": "safety", "text": "用电安全检查合格", "conforms": True},
        ],
        conclusion="验收合格",
    )  # fmt: skip
    signed = wu.sign("acceptance", opened["digest"], about_id=opened["id"], side=f"member:{wu.person_id}")
    certified: dict[str, Any] = stage.call("contracts.sign_acceptance", wu, acceptance_id=opened["id"], signed=signed)
    stage.keep(f"contract/{no}-acceptance-signed.json", signed)
    stage.keep(f"contract/{no}-acceptance.json", opened["data"])
    stage.say(f"lot {no}: delivered in full; {wu.name} certifies acceptance of {certified['amount']} yuan")
    return certified


def _pay(stage: Stage, no: int, certified: dict[str, Any]) -> None:
    agent, contract_id = stage.cast.agent(winner(stage, no)), stage.facts[f"contract_{no}"]
    invoice = stage.call(
        "contracts.submit_invoice", agent, contract_id=contract_id, number=f"演票-{no}", amount=certified["amount"],
        issued_on=datetime.fromisoformat(PAID).replace(tzinfo=BEIJING).date().isoformat(),
    )  # fmt: skip
    if no == OPENED[0]:
        stage.refuse(
            "paying more than the invoice says", "contracts.record_payment", "sun", invoice_id=invoice["id"],
            amount=f"{Decimal(certified['amount']) + 1:.2f}", bank_reference="演银-多付",
        )  # fmt: skip
    stage.call(
        "contracts.record_payment", "sun", invoice_id=invoice["id"], amount=certified["amount"],
        bank_reference=f"演银-{no}",
    )  # fmt: skip
    stage.say(f"lot {no}: {certified['amount']} yuan are paid")


def _end(stage: Stage, no: int) -> None:
    contract_id = stage.facts[f"contract_{no}"]
    done = stage.call("contracts.contract_account", "sun", contract_id=contract_id)["contract"]
    if done["status"] != "completed":
        raise NotAsExpected(f"lot {no}: the contract is {done['status']}, not completed")
    stage.facts[f"paid_{no}"], stage.facts[f"amount_{no}"] = done["paid"], done["amount"]
    stage.call("contracts.grade_performance", "wu", contract_id=contract_id, grade="good", note="按期交付，服务良好")
    bonds = stage.call("contracts.bonds", "li", lot_id=stage.lots[no])["bonds"]
    due = [each for each in bonds if each["status"] == "due"]
    for bond in due:
        stage.call("contracts.return_bond", "li", bond_id=bond["id"])
    stage.say(f"lot {no}: completed, graded, {len(due)} bonds given back")


def _survey(stage: Stage) -> None:
    """Both sides of each contract say how it went."""
    answered = 0
    for person in (stage.cast["sun"], *(stage.cast.agent(winner(stage, no)) for no in OPENED)):
        waiting = stage.until("survey", lambda who=person: _surveys(stage, who))  # type: ignore[misc]  # bound per turn
        for survey in waiting:
            stage.call(
                "notify.answer_survey", person, survey_id=survey["survey_id"], score=5, comment="公开透明，全程可查"
            )
            answered += 1
    stage.say(f"{answered} surveys are answered")


def _surveys(stage: Stage, person: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = stage.call("notify.my_surveys", person)["surveys"]
    return found
