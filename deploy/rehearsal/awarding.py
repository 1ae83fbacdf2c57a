"""Act eight: the purchaser awards, every loser is told its own result, one challenges and is answered."""

from __future__ import annotations

from typing import Any

from deploy.rehearsal.opening import OPENED
from deploy.rehearsal.stage import NotAsExpected, Stage

DECIDED, ANNOUNCED = "2026-06-08 10:00", "2026-06-09 15:00"
CHALLENGED, ANSWERED = "2026-06-11 09:00", "2026-06-16 10:00"
CHALLENGER = (1, "s1")
ADDRESSES: dict[str, Any] = {
    "purchaser_address": "长春市演练大街 1 号", "purchaser_contact": "0431-80000001",
    "centre_address": "长春市演练路 2 号", "centre_contact": "0431-80000003", "supplier_address": "吉林省演练路",
}  # fmt: skip
TERMS = {
    "delivery_place": "长春市演练大街指定校区", "supplier_account": "演练银行 6222000011110002",
    "purchaser_contact": "孙处长 0431-80000001", "supplier_contact": "授权代表 0431-80000002",
}  # fmt: skip


REASONS = {"delivery_place": "place_detailed"}


def play(stage: Stage) -> None:
    """From the rankings to announced awards that nothing suspends."""
    stage.move_to(DECIDED)
    awards = {no: _award(stage, no) for no in OPENED}
    stage.move_to(ANNOUNCED)
    for no in OPENED:
        _announce(stage, no, awards[no])
    for supplier in ("s4", "s6"):
        told = stage.call("contracts.my_results", stage.cast.agent(supplier))["results"]
        stage.say(f"{stage.cast.name_of(supplier)} is told its own results: {len(told)} lots")
    _challenge(stage)


def winner(stage: Stage, no: int) -> str:
    """The supplier ranked first."""
    ranked = stage.files[f"report/{no}-ranking.json"]["ranking"]
    return stage.cast.supplier_of(next(each["supplier_id"] for each in ranked if each["rank"] == 1))


def _award(stage: Stage, no: int) -> dict[str, Any]:
    supplier = winner(stage, no)
    if no == 1:
        second = next(key for key in ("s1", "s5") if key != supplier)
        stage.refuse(
            "awarding lot 1 to the second in the ranking", "contracts.decide_award", "sun",
            lot_id=stage.lots[no], bid_id=stage.bids[no, second],
        )  # fmt: skip
    award: dict[str, Any] = stage.call(
        "contracts.decide_award", "sun", lot_id=stage.lots[no], bid_id=stage.bids[no, supplier]
    )
    stage.say(f"lot {no}: awarded to {stage.cast.name_of(supplier)} for {award['amount']} yuan")
    return award


def _announce(stage: Stage, no: int, award: dict[str, Any]) -> None:
    stage.call("contracts.announce_award", "li", award_id=award["id"], **ADDRESSES)
    stage.say(f"lot {no}: the award is announced, and every other bidder told its own score, rank and reason")


def _challenge(stage: Stage) -> None:
    """While a challenge of the result is open nothing is signed."""
    no, supplier = CHALLENGER
    agent = stage.cast.agent(supplier)
    stage.move_to(CHALLENGED)
    lodged = stage.call(
        "tendering.lodge_challenge", agent, project_id=stage.facts["project"], lot_ids=[stage.lots[no]],
        about="result", request="请求复核评审结果", matters=[
            {
                "key": "after", "matter": "售后服务得分偏低", "facts": "我公司在省内设有两处服务网点，得分低于预期",
                "evidence": ["投标文件第 12 页"], "basis": "法52",
            }
        ],
    )  # fmt: skip
    challenge = stage.facts["challenge"] = lodged["id"]
    stage.say(f"{stage.cast.name_of(supplier)} challenges the result of lot {no}: nothing is signed meanwhile")
    contract = stage.call("contracts.draft_contract", "li", lot_id=stage.lots[no], terms=TERMS, reasons=REASONS)
    stage.facts[f"contract_{no}"] = contract["id"]
    _stands_suspended(stage, no, supplier=winner(stage, no), contract=contract)
    stage.move_to(ANSWERED)
    stage.call(
        "tendering.answer_challenge", "li", challenge_id=challenge, upheld=False, changes_result=False,
        decision="经复核，各评委按评审标准独立评分，未发现畸高畸低，质疑不成立。",
    )  # fmt: skip
    stage.say("the challenge is answered within seven working days: not upheld; the time to sign runs again")


def _stands_suspended(stage: Stage, no: int, supplier: str, contract: dict[str, Any]) -> None:
    agent = stage.cast.agent(supplier)
    suspended = stage.until(
        "suspension of the award", lambda: stage.call("contracts.lot_awards", "li", lot_id=stage.lots[no])
    )
    if not suspended:
        raise NotAsExpected(f"lot {no}: the award is not known")
    signed = agent.sign("contract", contract["digest"], about_id=contract["id"], side="supplier")
    stage.refuse(
        "signing a contract while a challenge of its result is open", "contracts.sign_contract", agent,
        contract_id=contract["id"], signed=signed,
    )  # fmt: skip
