"""What the log shows of an evaluation before its result, and after."""

from collections.abc import Callable

from sqlalchemy import text

from services.chassis.log.reading import ANYBODY, ENTITLED
from tests.chassis.log.seen import proved, seen
from tests.evaluation.world import World


def test_experts_marks_and_ranking_are_in_the_log_for_nobody_before_the_result(played: Callable[[str], World]) -> None:
    world = played("settled")
    with world.service.runtime.engines.reading() as session:
        names = list(session.scalars(text("SELECT person_id FROM member")))
        names += session.scalars(text("SELECT person_id FROM pool_expert")).all()
        names += session.scalars(text("SELECT id FROM report")).all()
        formed = list(session.scalars(text("SELECT event FROM journal")))
    assert {"expert_called", "member_checked_in", "report_made", "ranking_settled"} <= set(formed)
    for viewer in (ANYBODY, ENTITLED):
        told = seen(world.service, viewer)
        assert [name for name in names if name in told] == [], viewer
        assert not any(event in told for event in ("expert_called", "ranking_settled", "report_made"))
        assert "experts_drawn" in told

    world.publish(1)
    assert "expert_called" not in seen(world.service, ENTITLED), "the panel's other lot has no result yet"
    assert "ranking_settled" in seen(world.service, ENTITLED)
    world.publish(2)
    entitled, anybody = seen(world.service, ENTITLED), seen(world.service, ANYBODY)
    assert "expert_called" in entitled
    assert any(name in entitled for name in names)
    made = world.ever("report_made")[0]
    found = proved(world.service, ENTITLED, f"lot:{made['lot_id']}", made["pdf_digest"])
    assert found["entry"]["payload"]["report_id"] == made["report_id"]
    assert "expert_called" in anybody, "everybody sees that it happened"
    assert [name for name in names if name in anybody] == [], "and nobody but the entitled what"
