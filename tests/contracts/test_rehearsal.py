"""The rehearsal's lots 1 and 2, from the settled ranking to the last payment."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import services.protocol
from services.chassis.store import Store
from services.protocol import canonical
from tests.contracts.messages import PANEL, bid_id, lot_id
from tests.contracts.people import anchors, organisation
from tests.contracts.world import World, at


def test_both_lots_go_from_the_ranking_to_the_last_payment(world: World) -> None:
    world.prepare(1, 2)
    assert world.duties("award_decision") == ["opened", "opened"]

    world.time = at("2026-06-10 10:00")
    first = world.award(1, "s2")
    assert (first["amount"], first["rank"], first["by_silence"]) == ("8150000.00", 1, False)
    second = world.award(2, "s5")
    assert second["amount"] == "2050000.00", "the price as lawfully corrected: words over figures"

    world.time = at("2026-06-11 15:00")
    announced = world.announce(first)
    text = announced["announcement"]["text"]
    for said in (
        "吉林市松江网络科技有限公司(演练)",
        "8150000.00",
        "捌佰壹拾伍万元整",
        "教学服务器",
        "190000.00",
        *PANEL,
    ):
        assert said in text
    assert announced["challenge_until"] == "2026-06-24T15:59:59.999999Z", (
        "one working day of notice, then seven: the 19th is Dragon Boat, then a weekend"
    )
    assert announced["signing_due"] == "2026-07-13T15:59:59.999999Z", "30 days end on a Saturday and move to Monday"
    world.announce(second)
    assert world.duties("award_notice") == ["opened", "opened", "met", "met"]

    told = world.call("my_results", "agent-s1")["results"]
    assert [(each["lot_id"], each["total"], each["rank"]) for each in told if each["lot_id"] == lot_id(1)] == [
        (lot_id(1), "83.53", 2)
    ]
    rejected = world.call("my_results", "agent-s6")["results"]
    assert {each["reason"] for each in rejected if each["rank"] is None} == {"未响应带★号条款"}
    assert world.told.count("bond_return_due") == 5 + 4, "the losers' bid bonds of both lots"

    world.time = at("2026-06-18 09:00")
    for no, supplier in ((1, "s2"), (2, "s5")):
        _live_through(world, no, supplier)
    _figures_agree(world)


def _live_through(world: World, no: int, supplier: str) -> None:
    contract = world.draft(no)
    assert contract["status"] == "draft"
    world.lodge_bond(contract)
    world.sign(contract, f"agent-{supplier}", "supplier")
    contract = world.sign(contract, "sun", "purchaser")
    assert contract["status"] == "signed"
    assert contract["delivery_due"] is not None
    world.call("publish_contract", "li", contract_id=contract["id"])
    world.call("file_contract", "li", contract_id=contract["id"], filing_no=f"备-2026-{no}")

    lines = world.account(contract)["lines"]
    part = {f"_{each['no']}": str(int(float(each["ordered"])) // 2) for each in lines if float(each["ordered"]) > 1}
    rest = {f"_{each['no']}": str(int(float(each["ordered"])) - int(part.get(f"_{each['no']}", 0))) for each in lines}
    for number, quantities in enumerate((part, rest), start=1):
        delivery = world.deliver(contract, supplier, **quantities)
        certified = world.accept(contract, delivery)
        assert certified["status"] == "certified"
        invoice = world.invoice(contract, supplier, certified["amount"], f"{no}-{number}")
        world.pass_time(days=3)
        world.pay(invoice, certified["amount"], f"B{no}{number}")
    done = world.account(contract)["contract"]
    assert done["status"] == "completed"
    assert done["amount"] == done["accepted"] == done["invoiced"] == done["paid"]
    graded = world.call("grade_performance", "wu", contract_id=contract["id"], grade="good", note="按期交付，服务良好")
    assert graded["grade"] == "good"
    assert world.last("supplier_performance_recorded")["supplier_id"] == organisation(supplier)["id"]

    for bond in world.call("bonds", "li", lot_id=lot_id(no))["bonds"]:
        assert bond["status"] == "due", "losers', winner's and performance bond"
        returned = world.call("return_bond", "li", bond_id=bond["id"])
        assert returned["status"] == "returned"


def _figures_agree(world: World) -> None:
    while world.direct.tick("fold_figures"):
        pass
    (total,) = world.call("figures", year=2026)["rows"]
    assert total["projects"] == 1
    assert (total["lots"], total["contracts"], total["budget"]) == (3, 2, "12200000.00"), "lot 3 is not decided yet"
    assert (total["contracted_budget"], total["contract_amount"]) == ("11000000.00", "10200000.00")
    assert (total["saved"], total["saved_percent"], total["paid"]) == ("800000.00", "7.3", "10200000.00")


OUTSIDER = """
import json, sys
from datetime import datetime
from services.protocol import canonical, certificates, signatures

told = json.load(sys.stdin)
evidence, at = told["evidence"], datetime.fromisoformat(told["at"])
wrong = [] if canonical.digest(evidence["envelope"]) == evidence["digest"] else ["the data have another digest"]
for signed, expected in zip(evidence["signatures"], evidence["expected"], strict=True):
    wrong += [str(each) for each in signatures.verify(signed, expected)]
    wrong += [str(each) for each in certificates.faults(signed["certificate"], told["anchors"], at)]
used = {name.split(".")[1] for name in sys.modules if name.startswith("services.")}
third = {name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names)
print(json.dumps({"wrong": wrong, "sides": len(evidence["signatures"]), "used": sorted(used), "third": sorted(third)}))
"""


def test_the_signatures_under_a_contract_are_checked_without_the_suite(world: World, tmp_path: Path) -> None:
    """By a program of an outsider's own, in an empty folder, with the open protocols, `cryptography` and no network."""
    world.prepare(1)
    contract = world.conclude(1, "s2")
    evidence = world.call("contract_evidence", "agent-s2", contract_id=contract["id"])
    shutil.copytree(Path(services.protocol.__file__).parent, tmp_path / "services/protocol")
    (tmp_path / "check.py").write_text(OUTSIDER, "utf-8")

    def checked(**evidence: Any) -> dict[str, Any]:
        given = json.dumps({"evidence": evidence, "anchors": anchors(), "at": world.time.isoformat()})
        answer = subprocess.run(
            [sys.executable, "check.py"], cwd=tmp_path, input=given, capture_output=True, text=True, check=True,
            env={"PYTHONPATH": str(tmp_path)},
        )  # fmt: skip
        found: dict[str, Any] = json.loads(answer.stdout)
        return found

    found = checked(**evidence)
    assert found["wrong"] == []
    assert found["sides"] == 2
    assert found["used"] == ["protocol"]
    assert not {"sqlalchemy", "nameko", "marshmallow", "kombu", "flask"} & set(found["third"])
    # One fen more in the data, and neither the digest nor, under its new digest, a signature fits any longer.
    changed = canonical.parse(canonical.canonical(evidence["envelope"]))
    changed["contract"]["amount"] = "8150000.01"
    other = canonical.digest(changed)
    assert checked(**{**evidence, "envelope": changed})["wrong"] == ["the data have another digest"]
    moved = [{**each, "digest": other} for each in evidence["expected"]]
    assert len(checked(**{**evidence, "envelope": changed, "digest": other, "expected": moved})["wrong"]) >= 2


def test_the_rendered_files_are_kept_under_the_digests_the_signatures_cover(world: World) -> None:
    world.prepare(1)
    contract = world.conclude(1, "s2")
    kept = Store(world.direct.runtime.settings.store_url)
    listed = {each["name"]: each["digest"] for each in contract["data"]["files"]}
    assert listed == contract["files"]
    assert {name.rpartition(".")[2] for name in listed} == {"docx", "pdf"}
    for digest in listed.values():
        assert kept.intact(digest)


def test_silence_awards_the_first_candidate_when_the_fifth_working_day_is_over(world: World) -> None:
    world.prepare(1)
    world.time = at("2026-06-15 23:59")
    world.direct.tick("decide_by_silence")
    assert "award_decided" not in world.told, "the fifth working day is not over yet"
    world.time = at("2026-06-16 00:01")
    world.direct.tick("decide_by_silence")
    decided = world.last("award_decided")
    assert (decided["supplier_id"], decided["by_silence"]) == (organisation("s2")["id"], True)
    world.direct.tick("decide_by_silence")
    assert world.told.count("award_decided") == 1


def test_the_period_to_decide_ends_with_a_chinese_day(world: World) -> None:
    world.prepare(1)
    (lot,) = world.call("lots_to_award", "sun")["lots"]
    assert lot["due"] == "2026-06-15T15:59:59.999999Z", "the end of Monday in Beijing"
    assert world.call("lots_to_award", "sun", limit=1)["lots"][0]["suspended"] is False
    ranking = world.call("lot_awards", "sun", lot_id=lot_id(1))["ranking"]
    assert ranking[0]["bid_id"] == bid_id(1, "s2")
