"""What comes too early, twice, or about nothing that is there: each has its clear end."""

from __future__ import annotations

from tests.contracts.messages import findings, lot_id
from tests.contracts.people import id_of, person
from tests.contracts.world import World, refused


def test_nothing_is_done_under_a_contract_that_is_not_signed(world: World) -> None:
    world.publish()
    world.open_bids(1)
    with refused("ranking_unknown"):
        world.award(1, "s2")
    world.settle(1)
    world.announce(world.award(1, "s2"))
    contract = world.draft(1)
    its_id = {"contract_id": contract["id"]}
    for method, who, fields in (
        ("publish_contract", "li", {}),
        ("file_contract", "li", {"filing_no": "备-1"}),
        ("record_delivery", "agent-s2", {"lines": [{"no": 1, "quantity": "1"}]}),
        ("submit_invoice", "agent-s2", {"number": "F1", "amount": "1.00", "issued_on": "2026-06-18"}),
    ):
        with refused("contract_not_signed"):
            world.call(method, who, **its_id, **fields)
    bond = world.lodge_bond(contract)
    with refused("bond_lodged_already"):
        world.lodge_bond(contract)
    with refused("bond_not_forfeit"):
        world.call("keep_bond", "sun", bond_id=bond["id"])


def test_a_contract_is_filed_once_and_accepted_by_a_member_of_the_certificate(world: World) -> None:
    world.prepare(1)
    contract = world.conclude(1, "s2")
    world.call("file_contract", "li", contract_id=contract["id"], filing_no="备-1")
    with refused("filed_already"):
        world.call("file_contract", "li", contract_id=contract["id"], filing_no="备-2")
    delivery = world.deliver(contract, "s2", _1="10")
    wanted = {
        "contract_id": contract["id"],
        "members": [person("wu").id],
        "lines": [{"no": 1, "accepted": "10"}],
        "findings": findings(),
        "conclusion": "合格",
    }
    with refused("delivery_unknown"):
        world.call("open_acceptance", "wu", **wanted, delivery_id=id_of("delivery", "none"))
    with refused("member_unknown"):
        stranger = {"members": [person("sun").id], "delivery_id": delivery["id"]}
        world.call("open_acceptance", "wu", **wanted | stranger)


def test_what_is_not_there_is_said_to_be_unknown(world: World) -> None:
    world.prepare(1)
    nothing = id_of("nothing", "1")
    signed = person("sun").sign("contract", nothing, "purchaser", "0" * 64)
    for method, who, field, code, more in (
        ("announce_award", "li", "award_id", "award_unknown", {}),
        ("draft_contract", "li", "lot_id", "lot_unknown", {}),
        ("sign_contract", "sun", "contract_id", "contract_unknown", {"signed": signed}),
        ("return_bond", "li", "bond_id", "bond_unknown", {}),
        ("sign_agreement", "sun", "agreement_id", "agreement_unknown", {"signed": signed}),
        ("sign_acceptance", "wu", "acceptance_id", "acceptance_unknown", {"signed": signed}),
        ("record_payment", "sun", "invoice_id", "invoice_unknown", {"amount": "1.00", "bank_reference": "B1"}),
    ):
        with refused(code):
            world.call(method, who, **{field: nothing}, **more)
    with refused("cursor_wrong"):
        world.call("contracts", "li", after="yesterday")
    assert world.call("lot_awards", "sun", lot_id=lot_id(1))["awards"] == []
