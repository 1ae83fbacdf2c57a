"""A purchase whose bids are sealed, handed in, opened and drawn for by people at terminals, through `sunshine` alone.

It makes a second project in the played suite and moves its clock on, so it comes last of the journeys.
"""

from __future__ import annotations

import copy
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from deploy.rehearsal.client import Api
from deploy.rehearsal.stage import Stage, at, wire
from services.protocol import certificates
from services.protocol.sealing import holding
from tests.journeys.conftest import Played
from tests.journeys.terminal import People

CHANGES_THE_SUITE = True
pytestmark = pytest.mark.timeout(600)
ENTRUSTED, PREPARED, PUBLISHED = "2026-07-14 09:00", "2026-07-15 09:00", "2026-07-16 09:00"
BIDS, CLOSES, OPENS, DRAWS = "2026-08-07 09:00", "2026-08-10 09:00", "2026-08-10 09:10", "2026-08-10 14:00"
EVALUATES = "2026-08-11 09:00"
PRICES = {"s2": "2060000.00", "s4": "1960000.00", "s5": "2080000.00"}
SEATS = {"centre": "zhao", "purchaser": "zhou", "supervisor": "zheng"}


@pytest.fixture(scope="module")
def people(played: Played, tmp_path_factory: pytest.TempPathFactory) -> People:
    return People(played, tmp_path_factory.mktemp("terminals"))


@pytest.fixture(scope="module")
def stage(people: People, played: Played, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """What is not the command line's own: the centre's preparations, as the rehearsal does them."""
    folder = tmp_path_factory.mktemp("stage")
    api = Api(played.url)
    yield Stage(api, people.cast, folder, lambda text: None, folder)
    api.close()


@pytest.fixture(scope="module")
def lot(stage: Stage, people: People) -> str:
    """A published purchase of one lot; its keys are proven with `sunshine prove-key`."""
    told = people.cast.data["project"]
    title = "校园网络交换设备追加采购项目（演练）"
    wanted = {**copy.deepcopy(told["lots"][1]), "no": 1}
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
    return str(notice["payload"]["lots"][0]["lot_id"])


def _sealed(people: People, supplier: str, lot: str, price: str, folder: str) -> dict[str, Any]:
    terminal = people[f"agent-{supplier}"]
    told = {"price": price, "currency": "CNY", "brand": "甲牌", "domestic": True, "maker_size": "small"}
    terminal.write("price.json", told)
    (terminal.home / "技术方案.txt").write_text("技术与商务响应（演练用虚构材料）\n" * 40_000)
    found: dict[str, Any] = terminal.done("seal", "price.json", "技术方案.txt", "--lot", lot, "-o", folder)
    return found


def _get_ready(stage: Stage, people: People, supplier: str, lot: str) -> None:
    """The document taken, a bond recorded: of one supplier at its terminal, of the others as the rehearsal does it."""
    agent = people.cast[f"agent-{supplier}"]
    bond: dict[str, Any] = {
        "amount": "40000.00", "form": "bank_guarantee", "number": f"演保-追-{supplier}", "account": "演练银行",
    }  # fmt: skip
    if supplier == "s2":
        terminal = people[agent.handle]
        terminal.done("download", "document", stage.facts["project"], "-o", "document.json")
        terminal.done("call", "POST", f"/lots/{lot}/bid-bonds", "--data", terminal.write("bond.json", bond))
    else:
        stage.call("tendering.take_document", agent, project_id=stage.facts["project"])
        stage.call("tendering.record_bond", agent, lot_id=lot, **bond)


def test_bids_are_sealed_handed_in_replaced_and_taken_back(stage: Stage, people: People, lot: str) -> None:
    stage.move_to(BIDS)
    for supplier in (*PRICES, "s6"):
        _get_ready(stage, people, supplier, lot)
        _sealed(people, supplier, lot, PRICES.get(supplier, "2200000.00"), "bid")
        told = people[f"agent-{supplier}"].done("submit", "bid")
        assert told["receipt_genuine"] is True
    again = people["agent-s6"].done("submit", "bid")
    assert again["receipt"] == told["receipt"], "handing the same folder in twice is one bid"
    second = people["agent-s2"]
    _sealed(people, "s2", lot, "2050000.00", "better")
    assert second.sunshine("submit", "better").error["code"] == "bid_there"
    second.done("replace", "better")
    bids = second.done("browse", "bids", lot)["bids"]
    assert sorted(bool(each["replaced_at"]) for each in bids) == [False, True]
    people["agent-s6"].done("withdraw", lot, "--yes", "-o", "withdrawal.json")
    assert people["agent-s6"].sunshine("withdraw", lot, "--yes").status == 3


def test_three_seats_turn_their_keys_and_all_sign_the_record(stage: Stage, people: People, lot: str) -> None:
    early = people["zhao"].sunshine("call", "POST", f"/lots/{lot}/opening")
    assert early.status == 3, early
    stage.move_to(OPENS)
    stage.until("closing", lambda: stage.call("tendering.lot", lot_id=lot)["status"] != "published")
    stage.call("tendering.begin_opening", "zhao", lot_id=lot)
    for holder in SEATS.values():
        stage.call("tendering.sign_in", holder, lot_id=lot)
    for holder in list(SEATS.values())[:2]:
        people[holder].done("turn", lot, *people.encryption(holder))
    last = people[SEATS["supervisor"]]
    last.done("turn", lot, "--fetch", "shares.json")
    last.done("turn", lot, "--shares", "shares.json", "--turned", "turned.json", *people.encryption("zheng"))
    last.done("turn", lot, "--post", "turned.json")
    opening = stage.until("reading of the prices", lambda: _read_out(stage, lot))
    assert {each["price"] for each in opening["bids"]} == {*PRICES.values(), "2050000.00"} - {PRICES["s2"]}
    for supplier in PRICES:
        agent = people.cast[f"agent-{supplier}"]
        stage.call("tendering.confirm_reading", agent, lot_id=lot, kind="confirm")
    for holder in SEATS.values():
        people[holder].done("sign", "opening", lot, "--yes", "-o", "opening-signed.json")
    stage.until("opened files", lambda: stage.call("tendering.lot", lot_id=lot)["status"] == "opened")
    people["zhao"].write("record.json", opening["record"])
    people["zhao"].done("verify", "opening-signed.json", "record.json")


def _read_out(stage: Stage, lot: str) -> dict[str, Any] | None:
    found: dict[str, Any] = stage.call("tendering.opening", "zhao", lot_id=lot)
    return found if found["record_digest"] else None


def test_experts_are_drawn_by_commit_and_reveal_and_the_draw_replays(stage: Stage, people: People, lot: str) -> None:
    stage.move_to(DRAWS)
    told = people.cast.data["project"]
    made = stage.call(
        "evaluation.form_panel", "zhao", project_id=stage.facts["project"], lot_ids=[lot],
        wanted=[{"specialty": "A02010202", "experts": 4}],
        representatives=[people.cast[told["panel_representative"]].person_id],
        seats={seat: [people.cast[key].person_id for key in held] for seat, held in told["seats"].items()},
        evaluates_at=wire(at(EVALUATES)), room="评标三室",
    )  # fmt: skip
    frozen = stage.call("evaluation.freeze_pool", "zhao", panel_id=made["panel_id"])
    drawn, told_aloud = frozen["draw_id"], ["--pool-digest", frozen["pool_digest"]]
    for seat, holder in SEATS.items():
        people[holder].done("draw", "commit", drawn, "--seat", seat, *(told_aloud if seat == "purchaser" else ()))
    for seat, holder in SEATS.items():
        answer = people[holder].done("draw", "reveal", drawn, "--seat", seat)
    assert answer["seed"]
    seen = people["zheng"].done("draw", "show", drawn)
    assert len(seen["commitments"]) == 3


def test_a_new_supplier_registers_itself(people: People) -> None:
    terminal = people.at_home("newcomer")
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    name = "演练新供应商有限公司"
    wanted = {"name": "演练代表", "organisation": name, "purpose": "signing", "public_key": public}
    issued = terminal.done("call", "POST", "/rehearsal-certificates", "--data", terminal.write("ask.json", wanted))
    held = Path(terminal.home)
    (held / "me.pem").write_text("".join([issued["pem"], *issued["chain"]]))
    (held / "me.key").write_bytes(certificates.private_key_pem(key))
    registration = {"organisation": {"name": name, "credit_code": "91220101MA0Y2XKT2B"}, "person": {"name": "演练代表"}}
    terminal.done("register", "new", terminal.write("me.json", registration), "-c", "me.pem", "-k", "me.key")
    (held / "licence.txt").write_text("营业执照（演练用虚构材料）" + secrets.token_hex(4))
    file = {
        "address": "吉林省演练路 99 号", "contact_name": "演练代表",
        "documents": [{"kind": "business_licence", "title": "营业执照", "path": "licence.txt",
                       "valid_until": "2028-12-31"}],
    }  # fmt: skip
    drafted = terminal.done("register", "draft", terminal.write("file.json", file))
    assert len(drafted["content"]["documents"][0]["digest"]) == 64
    incomplete = terminal.sunshine("register", "submit")
    assert incomplete.status == 3
    assert len(incomplete.error["objections"]) > 2, "everything that is missing is told at once"
    assert terminal.done("register", "show")["open"]["version"] == drafted["version"]
