"""What the log shows of an award before it is announced, and after."""

from services.chassis.log.reading import ANYBODY, ENTITLED
from tests.chassis.log.seen import proved, seen
from tests.contracts.people import organisation
from tests.contracts.world import World


def test_who_is_to_win_is_in_the_log_for_nobody_before_the_announcement(world: World) -> None:
    world.prepare(1)
    award = world.award(1, "s2")
    winner = organisation("s2")["id"]
    for viewer in (ANYBODY, ENTITLED):
        assert winner not in seen(world.direct, viewer), viewer
    world.announce(award)
    assert winner in seen(world.direct, ANYBODY)
    assert "award_decided" in seen(world.direct, ENTITLED)


def test_who_holds_a_signed_contract_gets_the_proof_of_each_signature(world: World) -> None:
    world.prepare(1)
    contract = world.conclude(1, "s2")
    subject = f"contract:{contract['id']}"
    for signature in contract["signatures"]:
        found = proved(world.direct, ENTITLED, subject, signature["digest"])
        assert found["entry"]["payload"]["digest"] == signature["digest"]
        assert "entry" not in proved(world.direct, ANYBODY, subject, signature["digest"])
