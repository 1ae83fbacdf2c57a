"""Reports and signatures, publication, what losers are told, and what a challenge reopens."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from services.chassis.store import Store
from services.evaluation import report_pdf
from services.protocol import certificates
from tests.evaluation import rehearsal
from tests.evaluation.conftest import Played
from tests.evaluation.people import certificate, id_of, refused
from tests.evaluation.world import World


def test_only_a_good_signature_of_ones_own_valid_signing_certificate_is_taken(played: Played) -> None:
    world = played("signing")
    lot, (first, second, third, *_) = world.lot(2), world.panel_keys
    sign = {"lot_id": lot, "signed": world.signed(first, 2, "member")}
    with refused("signature_of_another"):
        world.call("sign_report", second, **sign)
    with refused("signature_wrong"):
        world.call("sign_report", first, **sign, dissent="另有意见")
    with refused("signature_wrong"):
        world.call("sign_report", first, lot_id=lot, signed=world.signed(first, 2, "supervisor"))
    with refused("signature_wrong"):
        world.call("sign_report", first, lot_id=lot, signed=world.signed(first, 1, "member"))
    world.call("sign_report", first, **sign)
    with refused("report_signed_already"):
        world.call("sign_report", first, **sign)
    fact = {
        "person_id": id_of(third),
        "fingerprint": certificates.fingerprint(certificate(third)),
        "purpose": "signing",
        "revoked_at": world.at(),
        "reason": "遗失",
    }
    world.hear("registry", "certificate_revoked", f"person:{id_of(third)}", fact)
    with refused("certificate_revoked"):
        world.call("sign_report", third, lot_id=lot, signed=world.signed(third, 2, "member"))
    with refused("report_unsigned"):
        world.call("countersign_report", "zheng", lot_id=lot, signed=world.signed("zheng", 2, "supervisor"))


def test_dissent_is_signed_with_the_report_and_a_silent_refusal_counts_as_agreeing(played: Played) -> None:
    world = played("signing")
    lot, text = world.lot(2), "认为s6应当优先"
    *signing, silent, refusing = [key for key in world.panel_keys if key != "ma"] + ["ma"]
    for key in signing:
        dissent = text if key == signing[0] else ""
        world.call("sign_report", key, lot_id=lot, signed=world.signed(key, 2, "member", dissent), dissent=dissent)
    members = {each["name"]: each["member_id"] for each in world.panel("zheng")["members"]}
    names = {each["key"]: each["name"] for each in [*rehearsal.data()["experts"], *rehearsal.data()["people"]]}
    for key in (silent, refusing):
        world.call("record_refusal_to_sign", "zhao", lot_id=lot, member_id=members[names[key]])
    with refused("forbidden"):
        world.call("countersign_report", "zhao", lot_id=lot, signed=world.signed("zhao", 2, "supervisor"))
    world.enrol("feng")
    with refused("supervisor_absent"):
        world.call("countersign_report", "feng", lot_id=lot, signed=world.signed("feng", 2, "supervisor"))
    world.call("countersign_report", "zheng", lot_id=lot, signed=world.signed("zheng", 2, "supervisor"))
    rows = {each["name"]: each for each in world.call("report", "chen", lot_id=lot)["signatures"]}
    assert rows[names[signing[0]]]["dissent"] == text
    assert [rows[names[key]]["refused"] for key in (signing[1], silent, refusing)] == [False, True, True]
    assert "refused_to_sign" in [each["kind"] for each in world.events("expert_performance_recorded")]


def test_the_report_is_a_pdf_in_chinese_with_every_figure(played: Played) -> None:
    world = played("signing")
    report = world.call("report", "zheng", lot_id=world.lot(2))
    printed = report_pdf.render(report["body"], report["digest"])
    assert printed == report_pdf.render(report["body"], report["digest"]), "the same data print the same bytes"
    store = Store(world.service.runtime.settings.store_url)
    assert not store.has("0" * 64)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(printed)).pages).replace("\n", "")
    for figure in (
        "2080000.00",
        "2050000.00",
        "1435000.00",
        "965000.00",
        "1035000.00",
        "87-59",
        "马评委",
        "郑监督",
        report["digest"],
    ):
        assert figure in text, figure
    assert "评 标 报 告" in text


@settings(max_examples=25)
@given(st.text(max_size=30))
def test_no_name_or_reason_can_break_the_printed_report(text: str) -> None:
    body = {
        "version": 1,
        "made_at": text,
        "outliers_seen": text,
        "project": {"no": text, "title": text, "purchaser": text, "notice_day": "2026-05-11"},
        "lot": {"no": 1, "title": text, "budget": "1.00", "ceiling": None, "method": text, "factors": []},
        "times": {"opened_at": None, "begun_at": text},
        "panel": [{"seat": 1, "name": text, "kind": text, "leader": True}],
        "draw": {},
        "bids": [
            {
                "bid_id": "b",
                "place": 1,
                "supplier": text,
                "price": None,
                "brand": text,
                "domestic": None,
                "maker_size": text,
            }
        ],
        "qualification": [],
        "conformity": [],
        "questions": [],
        "prices": [],
        "scores": [],
        "changes": [],
        "outliers": [],
        "ranking": [],
        "rejected": [{"supplier_name": text, "stage": text, "reason": text, "article": text}],
        "findings": [],
    }
    assert report_pdf.render(body, "0" * 64).startswith(b"%PDF")


def test_before_publication_the_result_is_told_to_nobody_outside(played: Played) -> None:
    world = played("settled")
    for method, key in (("published_result", ""), ("loser_notice", "agent-s1"), ("published_result", "agent-s1")):
        with refused("not_yet"):
            world.call(method, key, lot_id=world.lot(1))
    with refused("forbidden"):
        world.call("ranking", "agent-s1", lot_id=world.lot(1))
    assert world.call("ranking", "sun", lot_id=world.lot(1))["ranking"][0]["supplier_id"] == id_of("s2"), (
        "the purchaser"
    )


def test_the_report_is_owed_to_the_purchaser_within_two_working_days(played: Played) -> None:
    world = played("signing")
    world.sign(1)
    world.sign(2)
    opened = world.events("obligation_opened")
    assert [(each["kind"], each["article"], each["due"]) for each in opened] == [
        ("report_to_purchaser", "条例43", "2026-06-10T15:59:59.999999Z")
    ] * 2
    world.call("deliver_report", "zhao", lot_id=world.lot(1))
    fact = {"lot_id": world.lot(2), "decided_at": world.at(), "award_id": id_of("award")}
    world.hear("contracts", "award_decided", f"lot:{world.lot(2)}", fact)
    assert len(world.events("obligation_met")) == 2


def test_a_result_that_is_evaluated_again_is_secret_again(played: Played) -> None:
    world = played("settled")
    world.publish(1)
    world.later(hours=1)
    assert len(world.call("published_result", lot_id=world.lot(1))["panel"]) == 7
    its_id = dispute(world, upheld=True)
    world.call("reopen_evaluation", "zhao", lot_id=world.lot(1), dispute_id=its_id, **REOPEN)
    with refused("not_yet"):
        world.call("published_result", lot_id=world.lot(1))
    world.settle(1)
    with refused("not_yet"):
        world.call("published_result", lot_id=world.lot(1))
    world.publish(1)
    assert world.call("published_result", lot_id=world.lot(1))["ranking"][0]["rank"] == 1


def test_each_bidder_reads_its_own_outcome_once_the_result_is_published(played: Played) -> None:
    world = played("settled")
    world.publish(1)
    told = world.call("loser_notice", "agent-s3", lot_id=world.lot(1))
    assert (told["total"], told["rank"], told["price_score"], told["rejected"]) == ("79.93", 5, "26.00", False)
    brand = world.call("loser_notice", "agent-s4", lot_id=world.lot(1))
    assert (brand["total"], brand["rank"], "相同品牌" in brand["reason"]) == ("80.94", 4, True)
    out = world.call("loser_notice", "agent-s6", lot_id=world.lot(1))
    assert (out["stage"], out["reason"]) == ("conformity", "未响应带★号条款")
    with refused("not_yours"):
        world.call("loser_notice", "agent-s7", lot_id=world.lot(1))
    with refused("not_yet"):
        world.call("loser_notice", "agent-s1", lot_id=world.lot(2))


def dispute(world: World, kind: str = "challenge", **decision: Any) -> str:
    """A challenge about lot 1's result, lodged and answered (or a complaint decided)."""
    its_id = id_of(kind)
    fact = {
        "challenge_id": its_id,
        "complaint_id": its_id if kind == "complaint" else None,
        "project_id": id_of("project"),
        "lot_ids": [world.lot(1)],
        "about": "result",
        "supplier_id": id_of("s1"),
        "lodged_at": world.at(),
    }
    world.hear("tendering", f"{kind}_lodged", f"challenge:{its_id}", fact)
    closing = "challenge_answered" if kind == "challenge" else "complaint_decided"
    world.hear(
        "tendering",
        closing,
        f"challenge:{its_id}",
        fact | {"answered_at": world.at(), "decided_at": world.at()} | decision,
    )
    return its_id


REOPEN = {"ground": "objective_unequal", "finance_report_no": "采〔2026〕3号"}


def test_an_upheld_challenge_on_the_four_grounds_lets_the_same_panel_check_again(played: Played) -> None:
    world = played("settled")
    lot, key = world.lot(1), world.panel_keys[0]
    its_id = dispute(world, upheld=True)
    for changes, code in (
        ({"ground": "purchaser_unhappy"}, "reopen_ground_unknown"),
        ({"finance_report_no": ""}, "reopen_not_reported"),
        ({"dispute_id": id_of("other")}, "not_found"),
    ):
        with refused(code):
            world.call("reopen_evaluation", "zhao", lot_id=lot, **{"dispute_id": its_id} | REOPEN | changes)
    assert world.call("reopen_evaluation", "zhao", lot_id=lot, dispute_id=its_id, **REOPEN)["scope"] == "recheck"
    assert world.call("evaluation", "zheng", lot_id=lot)["stage"] == "ranking"
    for method, fields in (
        ("save_sheet", {"marks": []}),
        ("vote_on_conformity", {"bid_id": world.bid(1, "s1"), "choice": "pass"}),
    ):
        with refused("wrong_stage"):
            world.call(method, key, lot_id=lot, **fields)
    again = world.settle(1)
    assert (again["version"], again["ranking"][0]["total"]) == (2, "91.79")


@pytest.mark.parametrize(
    ("kind", "decision", "code"),
    [
        ("challenge", {"upheld": False}, "dispute_not_upheld"),
        ("complaint", {"outcome": "upheld_retender"}, "reopen_not_ordered"),
    ],
)
def test_what_was_not_upheld_or_not_ordered_reopens_nothing(
    played: Played, kind: str, decision: dict[str, Any], code: str
) -> None:
    world = played("settled")
    its_id = dispute(world, kind, **decision)
    with refused(code):
        world.call("reopen_evaluation", "zhao", lot_id=world.lot(1), dispute_id=its_id, **REOPEN)


def test_a_void_result_is_evaluated_by_a_new_panel_without_the_members_at_fault(played: Played) -> None:
    world = played("settled")
    lot, guilty = world.lot(1), world.panel_keys[0]
    its_id = dispute(world, "complaint", outcome="upheld_reevaluate", decision_no="财采决〔2026〕1号")
    member = world.panel("zheng")["members"][0]["member_id"]
    fields = REOPEN | {"ground": "misconduct", "members_at_fault": [member]}
    assert world.call("reopen_evaluation", "zhao", lot_id=lot, dispute_id=its_id, **fields)["scope"] == "new_panel"
    assert world.call("evaluation", "zheng", lot_id=lot)["attempt"] == 2
    first = world.panel_id
    world.form_panel(lots=(1,))
    assert world.panel_id != first
    made = world.draw_experts()
    world.answer_all()
    assert id_of(guilty) not in {each["person_id"] for each in world.events("expert_called")}
    assert made["seed"] is not None
    world.begin()
    world.qualify(1)
    world.conform(1)
    world.price(1)
    world.score(1)
    world.close_sheets(1)
    again = world.settle(1)
    assert [each["total"] for each in again["ranking"]] == ["91.79", "83.53", "81.79", "80.94", "79.93"]


def test_a_performed_contract_ends_every_reopening(played: Played) -> None:
    world = played("settled")
    its_id = dispute(world, upheld=True)
    world.hear(
        "contracts", "contract_completed", "contract:1", {"lot_id": world.lot(1), "at": world.at(), "paid": "1.00"}
    )
    with refused("reopen_performed"):
        world.call("reopen_evaluation", "zhao", lot_id=world.lot(1), dispute_id=its_id, **REOPEN)


def test_conduct_is_recorded_once_and_only_of_experts_who_were_called(played: Played) -> None:
    world = played("settled")
    fields = {
        "panel_id": world.panel_id,
        "person_id": id_of(world.panel_keys[0]),
        "kind": "late",
        "note": "迟到二十分钟",
    }
    world.call("record_performance", "zheng", **fields)
    world.call("record_performance", "zheng", **fields)
    assert [(each["kind"], each["points"]) for each in world.events("expert_performance_recorded")] == [("late", -2)]
    with refused("not_an_expert"):
        world.call("record_performance", "zheng", **fields | {"person_id": id_of("ma")})
    with refused("invalid_input"):
        world.call("record_performance", "zheng", **fields | {"kind": "grumpy"})


def test_everybody_inside_finds_the_lots_they_may_follow_page_by_page(played: Played) -> None:
    world = played("settled")
    first = world.call("evaluations", "zheng", most=1)
    second = world.call("evaluations", "zheng", most=1, after=first["after"])
    assert {each["lot_id"] for each in first["evaluations"] + second["evaluations"]} == {world.lot(1), world.lot(2)}
    assert second["after"] is None
    for key in ("zhao", "li", "sun", world.panel_keys[0], "ma"):
        assert len(world.call("evaluations", key)["evaluations"]) == 2, key
    stranger = next(each["key"] for each in rehearsal.data()["experts"] if each["key"] not in world.panel_keys)
    assert world.call("evaluations", stranger)["evaluations"] == []
    with refused("not_yours"):
        world.call("evaluation", stranger, lot_id=world.lot(1))
