"""A purchase whose bids are sealed, handed in, opened, drawn for, scored and contracted by people at terminals.

It makes a second project in the played suite and moves its clock on, so it comes last of the journeys.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from deploy.rehearsal.client import Api
from deploy.rehearsal.stage import Stage, at, wire
from services.protocol import certificates
from tests.journeys.conftest import Played
from tests.journeys.second_purchase import (
    BIDS,
    DRAWS,
    EVALUATES,
    EXPERTS,
    OPENS,
    PRICES,
    SEATS,
    conclude,
    deliver,
    marks,
    publish,
    review,
    seat_a_panel,
)  # fmt: skip
from tests.journeys.terminal import People

CHANGES_THE_SUITE = True
pytestmark = pytest.mark.timeout(600)


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
    return publish(stage, people)


def _sealed(people: People, supplier: str, lot: str, price: str, folder: str) -> dict[str, Any]:
    terminal = people[f"agent-{supplier}"]
    line = {"name": "接入交换机", "quantity": "100", "unit": "台", "unit_price": f"{Decimal(price) / 100:.2f}",
            "specification": "见技术方案", "service": "上门安装，三年维保"}  # fmt: skip
    told = {"price": price, "currency": "CNY", "brand": f"演练{supplier}牌", "domestic": True, "maker_size": "small",
            "items": [line]}  # fmt: skip
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
    stage.facts["bids"] = {stage.cast.supplier_of(each["supplier_id"]): each["bid_id"] for each in opening["bids"]}
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
        wanted=[{"specialty": "A02010202", "experts": EXPERTS}],
        representatives=[people.cast[told["panel_representative"]].person_id],
        seats={seat: [people.cast[key].person_id for key in held] for seat, held in told["seats"].items()},
        evaluates_at=wire(at(EVALUATES)), room="评标三室",
    )  # fmt: skip
    stage.facts["panel"] = made["panel_id"]
    frozen = stage.call("evaluation.freeze_pool", "zhao", panel_id=made["panel_id"])
    drawn, told_aloud = frozen["draw_id"], ["--pool-digest", frozen["pool_digest"]]
    for seat, holder in SEATS.items():
        people[holder].done("draw", "commit", drawn, "--seat", seat, *(told_aloud if seat == "purchaser" else ()))
    for seat, holder in SEATS.items():
        answer = people[holder].done("draw", "reveal", drawn, "--seat", seat)
    assert answer["seed"]
    seen = people["zheng"].done("draw", "show", drawn)
    assert len(seen["commitments"]) == 3


def test_members_score_alone_and_sign_their_report(stage: Stage, people: People, lot: str) -> None:
    bids = dict(stage.facts["bids"])
    panel = seat_a_panel(stage)
    review(stage, panel, bids)
    first, leader, sheet = people[panel[0].handle], stage.facts["leader"], marks(stage, bids)
    first.done("score", "draft", lot, first.write("marks.json", {"marks": sheet[:3]}))
    short = first.sunshine("score", "submit", lot)
    assert short.status == 3
    assert len(short.error["objections"]) == len(sheet) - 3, "every mark that is missing is told"
    wrong = first.write("wrong.json", {"marks": [sheet[0] | {"points": "99.00"}]})
    assert first.sunshine("score", "draft", lot, wrong).error["objections"][0]["article"] == "87-64"
    first.done("score", "draft", lot, first.write("marks.json", {"marks": sheet}))
    first.done("score", "submit", lot)
    for member in panel[1:]:
        stage.call("evaluation.save_sheet", member, lot_id=lot, marks=sheet)
        stage.call("evaluation.submit_sheet", member, lot_id=lot)
    stage.call("evaluation.close_sheets", leader, lot_id=lot)
    shown = first.done("score", "show", lot)
    assert len(shown["sheets"]) == len(panel), "all are in: all are shown to the panel"
    stage.call("evaluation.settle_ranking", "zhao", lot_id=lot)
    first.done("sign", "report", lot, "--yes", "-o", "signed.json")
    first.write("report.json", stage.call("evaluation.report", "zheng", lot_id=lot)["body"])
    first.done("verify", "signed.json", "report.json")
    for member in panel[1:]:
        people[member.handle].done("sign", "report", lot, "--yes")
    people["zheng"].done("sign", "report", lot, "--capacity", "supervisor", "--yes")
    ranked = stage.until("ranking", lambda: stage.call("evaluation.ranking", "zheng", lot_id=lot).get("ranking"))
    assert [stage.cast.supplier_of(each["supplier_id"]) for each in ranked] == ["s4", "s2", "s5"]


def test_both_sides_sign_a_contract_a_change_to_it_and_its_acceptance(stage: Stage, people: People, lot: str) -> None:
    contract, agent = conclude(stage, stage.facts["bids"]["s4"]), people["agent-s4"]
    for terminal, side in ((agent, "supplier"), (people["sun"], "purchaser")):
        signed = terminal.done("sign", "contract", contract, "--side", side, "--yes")
    assert signed["answer"]["status"] == "signed"
    again = agent.sunshine("sign", "contract", contract, "--side", "supplier", "--yes")
    assert again.status == 3, "nobody signs twice"
    change = stage.call(
        "contracts.propose_amendment", "sun", contract_id=contract, reason="clerical_correction",
        changes={"contact": "孙处长 0431-80000009"}, explanation="联系电话登记有误，经双方核对后更正（演练）",
    )["id"]  # fmt: skip
    for terminal, side in ((agent, "supplier"), (people["sun"], "purchaser")):
        signed = terminal.done("sign", "agreement", contract, change, "--side", side, "--yes")
    assert signed["answer"]["status"] == "in_force"
    acceptance = deliver(stage, contract)
    assert people["wu"].done("sign", "acceptance", contract, acceptance, "--yes")["answer"]["status"] == "certified"


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
