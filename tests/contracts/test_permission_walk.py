"""Contracts' part of the walk over the table: own and foreign awards, contracts, bonds, invoices, for every role."""

from __future__ import annotations

from tests.contracts.messages import PROJECT, bid_id, lot_id
from tests.contracts.people import organisation, person
from tests.contracts.world import World
from tests.registry.walk import Ground, reach_faults

PEOPLE = {
    "centre.officer": "li", "centre.reviewer": "wang", "centre.host": "zhao", "purchaser.officer": "sun",
    "purchaser.representative": "zhou", "purchaser.acceptor": "wu", "supervisor": "zheng", "finance.officer": "chen",
    "supplier.agent": "agent-s2",
}  # fmt: skip
FOR_THEMSELVES = {"my_results"}
LISTS = {"bonds", "contracts", "lots_to_award", "obligations"}


def test_each_role_reaches_its_own_and_no_foreign_thing(world: World) -> None:
    world.prepare(1)
    contract = world.conclude(1, "s2")
    world.accept(contract, world.deliver(contract, "s2", _1="20"))
    delivery = world.deliver(contract, "s2", _1="20")
    acceptance = world.open_acceptance(contract, delivery)
    invoice = world.invoice(contract, "s2", "1000.00", "FP-1")
    bond = world.call("bonds", "sun", contract_id=contract["id"])["bonds"][0]
    agreement = world.call(
        "propose_supplement", "sun", contract_id=contract["id"], lines=[{"no": 1, "quantity": "1"}],
        explanation="因招生规模扩大，追加同一标的",
    )  # fmt: skip
    [award] = world.call("lot_awards", "sun", lot_id=lot_id(1))["awards"][:1]
    signed = {"statement": {}, "certificate": "x", "algorithm": "x", "signature": "x", "signer": "0" * 64}
    found = reach_faults(Ground(
        "contracts", world.direct, {role: person(key).caller for role, key in PEOPLE.items()},
        known={
            "project_id": PROJECT, "lot_id": lot_id(1), "bid_id": bid_id(1, "s2"), "award_id": award["id"],
            "contract_id": contract["id"], "delivery_id": delivery["id"], "acceptance_id": acceptance["id"],
            "invoice_id": invoice["id"], "bond_id": bond["id"], "agreement_id": agreement["id"], "signed": signed,
            "note": "因招生规模扩大，需要再行论证", "explanation": "因招生规模扩大，追加同一标的",
        },
        strangers_told={("sign_contract", "rules_object"), ("sign_agreement", "rules_object")},  # not_a_party
        lists=LISTS, own_only=FOR_THEMSELVES, marks=(contract["id"], lot_id(1), organisation("s2")["id"]),
    ))  # fmt: skip
    assert not found, "\n".join(found)
