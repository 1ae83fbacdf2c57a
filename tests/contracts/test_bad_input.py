"""Bad input, each with its clear end."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.chassis.refusal import Refusal
from services.contracts.models import Award
from tests.contracts.messages import PROJECT, bid_id, findings, lot_id, notice, opened, settled
from tests.contracts.people import Person, organisation, person
from tests.contracts.world import World, at, refused


def test_every_wrong_signature_is_refused_with_its_reason(world: World) -> None:
    world.prepare(1)
    world.announce(world.award(1, "s2"))
    contract = world.draft(1)
    sun, agent = person("sun"), person("agent-s2")

    with refused("forbidden"):
        world.sign(contract, "wu", "purchaser")
    with refused("not_a_party"):
        world.sign(contract, "agent-s1", "supplier")
    with refused("bond_missing"):
        world.sign(contract, "agent-s2", "supplier")
        world.sign(contract, "sun", "purchaser")
    world.lodge_bond(contract)
    with refused("already_signed"):
        world.sign(contract, "agent-s2", "supplier")
    with refused("other_digest"):
        world.sign(contract, "sun", "purchaser", digest="f" * 64)
    with refused("signature_not_genuine"):
        world.sign(contract, "sun", "supplier")  # a statement for the other side
    stranger = Person("stranger", "陌生人", sun.organisation, ["purchaser.officer"])
    with refused("certificate_not_enrolled"):
        world.sign(contract, stranger, "purchaser")
    signed = agent.sign("contract", contract["id"], "purchaser", contract["digest"])
    with refused("certificate_of_another"):
        world.call("sign_contract", "sun", contract_id=contract["id"], signed=signed)
    signed = sun.sign("contract", contract["id"], "purchaser", contract["digest"])
    flipped = signed | {"signature": signed["signature"][:-2] + ("AA" if signed["signature"][-2:] != "AA" else "BB")}
    with refused("signature_not_genuine"):
        world.call("sign_contract", "sun", contract_id=contract["id"], signed=flipped)
    with refused("other_digest", "signature_not_genuine"):
        world.call(
            "sign_contract", "sun", contract_id=contract["id"], signed=signed | {"statement": {"what": "contract"}}
        )
    world.standing("s2", "barred")
    with refused("supplier_barred"):
        world.sign(contract, "sun", "purchaser")
    world.standing("s2", "admitted")
    world.revoke(sun)
    with refused("certificate_revoked"):
        world.sign(contract, "sun", "purchaser")
    assert world.call("contract", "li", contract_id=contract["id"])["status"] == "draft"


def test_a_signed_text_is_not_drafted_again_and_two_drafts_leave_one_live_contract(world: World) -> None:
    world.prepare(1)
    with refused("award_unknown"):
        world.draft(1)
    award = world.award(1, "s2")
    with refused("award_not_announced"):
        world.draft(1)
    world.announce(award)
    with refused("announced_already"):
        world.announce(award)
    first = world.draft(1)
    second = world.draft(1, delivery_place="另一校区")
    assert (second["id"], second["version"]) == (first["id"], 2)
    assert second["digest"] != first["digest"]
    with refused("other_digest"):
        world.sign(second, "agent-s2", "supplier", digest=first["digest"])
    world.sign(second, "agent-s2", "supplier")
    with refused("contract_signed_already"):
        world.draft(1)


def test_unlawful_departures_and_empty_blanks_are_all_named_at_once(world: World) -> None:
    world.prepare(1)
    world.announce(world.award(1, "s2"))
    terms = {"warranty_months": "12", "amount": "9000000.00", "supplier_account": "", "invented": "x"}
    with refused("blank_empty", "blank_unknown", "departs_from_document") as found:
        world.call("draft_contract", "li", lot_id=lot_id(1), terms=terms)
    assert {each.field for each in found if each.code == "departs_from_document"} == {
        "terms.amount",
        "terms.warranty_months",
    }


def test_one_request_id_pays_once_and_two_pay_once_too(world: World) -> None:
    world.prepare(1)
    contract = world.conclude(1, "s2")
    delivery = world.deliver(contract, "s2", _1="40", _2="1")
    world.accept(contract, delivery)
    with refused("invoices_more_than_accepted"):
        world.invoice(contract, "s2", "8150000.01", "F0")
    invoice = world.invoice(contract, "s2", "8000000.00", "F1")
    with refused("invoice_number_used"):
        world.invoice(contract, "s2", "150000.00", "F1")
    with refused("pays_more_than_accepted", "pays_more_than_invoiced"):
        world.pay(invoice, "8150000.01", "B0")
    with refused("amount_wrong"):
        world.pay(invoice, "0.00", "B0")

    paid = world.pay(invoice, "8000000.00", "B1", request_id="r-1")
    assert world.pay(invoice, "8000000.00", "B1", request_id="r-1") == paid, "the stored answer"
    with refused("request_id_reused"):
        world.pay(invoice, "1.00", "B2", request_id="r-1")
    with refused("invoice_already_paid"):
        world.pay(invoice, "8000000.00", "B1", request_id="r-2")
    second = world.invoice(contract, "s2", "150000.00", "F2")
    with refused("bank_reference_used"):
        world.pay(second, "1.00", "B1")
    account = world.account(contract)
    assert account["contract"]["paid"] == "8000000.00"
    assert len(account["payments"]) == 1
    assert world.told.count("payment_made") == 1


def test_two_payments_at_the_same_moment_end_in_one(world: World) -> None:
    world.prepare(1)
    contract = world.conclude(1, "s2")
    world.accept(contract, world.deliver(contract, "s2", _1="40", _2="1"))
    invoice = world.invoice(contract, "s2", "8150000.00", "F1")
    ends: list[str] = []
    start = threading.Barrier(4)

    def pay(reference: str) -> None:
        start.wait()
        try:
            world.pay(invoice, "8150000.00", reference)
            ends.append("paid")
        except Refusal as refusal:
            ends.extend(each.code for each in refusal.objections)

    threads = [threading.Thread(target=pay, args=(f"B{n}",)) for n in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(ends)[-1:] == ["paid"]
    assert ends.count("paid") == 1
    assert world.account(contract)["contract"]["paid"] == "8150000.00"


def test_no_more_is_accepted_than_was_delivered_and_nobody_unfit_accepts(world: World) -> None:
    world.prepare(1)
    contract = world.conclude(1, "s2")
    with refused("delivers_more_than_ordered"):
        world.deliver(contract, "s2", _1="41")
    delivery = world.deliver(contract, "s2", _1="10")
    wanted: dict[str, Any] = {
        "contract_id": contract["id"],
        "delivery_id": delivery["id"],
        "members": [person("wu").id],
        "lines": [{"no": 1, "accepted": "11"}],
        "findings": findings(),
        "conclusion": "合格",
    }
    with refused("accepts_more_than_delivered"):
        world.call("open_acceptance", "wu", **wanted)
    with refused("acceptor_ran_purchase", "acceptor_not_appointed"):
        world.call(
            "open_acceptance",
            "wu",
            **wanted | {"members": [person("wu").id, person("sun").id], "lines": [{"no": 1, "accepted": "10"}]},
        )
    zhou = person("zhou")
    held = {"person_id": zhou.id, "role": "purchaser.acceptor", "organisation_id": zhou.organisation["id"]}
    world.hear("registry", "role_appointed", held, f"person:{zhou.id}")
    with refused("acceptor_ran_purchase") as found:
        ten = {"members": [person("wu").id, zhou.id], "lines": [{"no": 1, "accepted": "10"}]}
        world.call("open_acceptance", "wu", **wanted | ten)
    assert found[0].figures["part"] == "opening", "who turned the purchaser's key does not accept"
    with refused("standard_not_reported"):
        world.call(
            "open_acceptance", "wu", **wanted | {"lines": [{"no": 1, "accepted": "10"}], "findings": findings()[:2]}
        )
    opened_one = world.open_acceptance(contract, delivery)
    with refused("acceptance_open"):
        world.open_acceptance(contract, delivery)
    with refused("invoices_more_than_accepted"):
        world.invoice(contract, "s2", "0.01", "F1")
    world.sign_acceptance(opened_one, "wu")
    with refused("acceptance_closed"):
        world.sign_acceptance(opened_one, "wu")
    with refused("accepts_more_than_delivered"):
        world.open_acceptance(contract, delivery)
    assert world.account(contract)["contract"]["accepted"] == "1900000.00"


def test_an_event_heard_twice_has_its_effect_once(world: World) -> None:
    world.prepare(1)
    again = world.hear("evaluation", "ranking_settled", settled(1, world.time), f"lot:{lot_id(1)}", seq=1)
    assert again == "seen"
    assert world.duties("award_decision") == ["opened"]
    assert len(world.call("lots_to_award", "sun")["lots"]) == 1


def test_events_heard_before_their_cause_come_to_the_same(world: World) -> None:
    world.settle(1)
    world.open_bids(1)
    with refused("lot_unknown"):
        world.award(1, "s2")
    assert world.duties("award_decision") == [], "nothing runs before the lot is known"
    world.publish()
    assert world.duties("award_decision") == ["opened"]
    award = world.award(1, "s2")
    assert award["amount"] == "8150000.00"


def test_bids_heard_after_the_award_notice_still_give_their_bonds_back(world: World) -> None:
    world.publish()
    world.settle(1)
    award = world.award(1, "s2")
    with refused("announcement_incomplete"):
        world.announce(award)  # its items come with the bids
    world.open_bids(1)
    world.announce(award)
    world.hear("tendering", "bids_opened", opened(1), f"lot:{lot_id(1)}")
    assert world.told.count("bond_return_due") == 5


def test_an_answer_heard_before_its_challenge_leaves_nothing_suspended(world: World) -> None:
    world.prepare(1)
    told = {"challenge_id": bid_id(1, "c"), "project_id": PROJECT, "lot_ids": [lot_id(1)], "about": "result"}
    answered = told | {"answered_at": "2026-06-09T01:00:00Z", "upheld": False, "decision": "不成立", "suspends": []}
    lodged = told | {
        "lodged_at": "2026-06-08T01:00:00Z",
        "suspends": ["award", "signing"],
        "supplier_id": bid_id(1, "x"),
    }
    world.hear("tendering", "challenge_answered", answered, "challenge:1", seq=2)
    assert world.hear("tendering", "challenge_lodged", lodged, "challenge:1", seq=1) == "seen"
    assert world.award(1, "s2")["status"] == "decided"


def test_a_notice_heard_late_does_not_undo_what_was_decided(world: World) -> None:
    world.prepare(1)
    award = world.award(1, "s2")
    amended = notice() | {"kind": "amendment", "published_at": "2026-05-20T01:00:00Z"}
    world.hear("tendering", "notice_published", amended, f"project:{PROJECT}")
    assert world.duties("award_decision") == ["opened", "met"]
    assert world.call("lot_awards", "sun", lot_id=lot_id(1))["awards"][0]["id"] == award["id"]


def test_nothing_is_awarded_out_of_order_twice_or_for_a_lot_that_is_over(world: World) -> None:
    world.prepare(1, 2)
    with refused("out_of_order"):
        world.award(1, "s1")
    with refused("not_recommended"):
        world.award(1, "s3")
    with refused("not_in_ranking"):
        world.award(1, "s6")
    world.standing("s2", "barred")
    with refused("supplier_barred"):
        world.award(1, "s2")
    world.standing("s2", "admitted")
    world.award(1, "s2")
    with refused("awarded_already"):
        world.award(1, "s2")
    failed = {
        "lot_id": lot_id(2),
        "project_id": PROJECT,
        "stage": "award",
        "reason": "task_cancelled",
        "at": "2026-06-09T01:00:00Z",
    }
    world.hear("tendering", "lot_failed", failed, f"lot:{lot_id(2)}")
    with refused("lot_over"):
        world.award(2, "s5")
    assert world.duties("award_decision") == ["opened", "opened", "met", "cancelled"]


def test_only_the_lots_own_purchaser_officer_and_parties_may_act(world: World) -> None:
    world.prepare(1)
    other = replace(person("sun"), organisation=organisation("finance") | {"kind": "purchaser"})
    with refused("not_yours"):
        world.call("decide_award", other, lot_id=lot_id(1), bid_id=bid_id(1, "s2"))
    with refused("unauthenticated"):
        world.call("decide_award", lot_id=lot_id(1), bid_id=bid_id(1, "s2"))
    with refused("forbidden"):
        world.call("decide_award", "li", lot_id=lot_id(1), bid_id=bid_id(1, "s2"))
    award = world.award(1, "s2")
    with refused("award_unknown"):
        world.call("public_award", lot_id=lot_id(1))
    with refused("not_yours"):
        world.call("refuse_award", "agent-s1", award_id=award["id"], ground="declined", note="我方不要了")
    stranger = replace(person("li"), key="stranger")
    with refused("not_yours"):
        world.call("announce_award", stranger, award_id=award["id"])
    world.announce(award)
    assert world.call("public_award", lot_id=lot_id(1))["amount"] == "8150000.00"
    contract = world.draft(1)
    with refused("not_yours"):
        world.call("contract", "agent-s1", contract_id=contract["id"])
    with refused("contract_unknown"):
        world.call("public_contract", contract_id=contract["id"])
    assert world.call("contracts", "agent-s1")["contracts"] == []
    assert [each["id"] for each in world.call("contracts", "agent-s2")["contracts"]] == [contract["id"]]
    assert len(world.call("contracts", "zheng")["contracts"]) == 1


def test_the_database_itself_refuses_what_the_rules_refuse(world: World) -> None:
    world.prepare(1)
    contract = world.conclude(1, "s2")
    world.accept(contract, world.deliver(contract, "s2", _1="4"))
    columns = ", ".join(each.name for each in Award.__table__.columns if each.name != "id")
    second_award = f"INSERT INTO award (id, {columns}) SELECT gen_random_uuid()::text, {columns} FROM award"
    for statement, constraint in (
        (second_award, "uq_award_live"),
        ("UPDATE contract SET accepted_total = amount + 0.01", "ck_contract_accepted_within_contract"),
        ("UPDATE contract SET invoiced_total = accepted_total + 0.01", "ck_contract_invoiced_within_accepted"),
        ("UPDATE contract SET paid_total = 0.01", "ck_contract_paid_within_invoiced"),
        ("UPDATE contract SET supplement_total = amount / 10 + 0.01", "ck_contract_supplements_within_tenth"),
        ("UPDATE contract_line SET accepted = delivered + 1", "ck_contract_line_judged_within_delivered"),
        ("UPDATE contract_line SET delivered = ordered + 1 + rejected", "ck_contract_line_delivered_within_ordered"),
        ("INSERT INTO signature SELECT * FROM signature", "pk_signature"),
        ("UPDATE delivery_line SET accepted = quantity + 1", "ck_delivery_line_judged_within_delivered"),
    ):
        with world.direct.runtime.engines.writer.connect() as connection:
            with pytest.raises(IntegrityError) as caught:
                connection.execute(text(statement))
            original: Any = caught.value.orig
            assert original.diag.constraint_name == constraint


def test_the_journal_can_be_neither_changed_nor_emptied(world: World) -> None:
    world.prepare(1)
    for statement in ("UPDATE journal SET payload = '{}'", "DELETE FROM journal"):
        with (
            world.direct.runtime.engines.writer.connect() as connection,
            pytest.raises(Exception, match="permission denied"),
        ):
            connection.execute(text(statement))


def test_a_day_nobody_has_published_is_an_error_and_not_a_guess(world: World) -> None:
    world.prepare(1)
    world.time = at("2027-01-05 09:00")
    with refused("calendar_unknown"):
        world.award(1, "s2")
