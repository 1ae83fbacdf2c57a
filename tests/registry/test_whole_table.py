"""The table of the whole suite against the entrypoints of all five departments: no row too many, none missing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from services.chassis.definitions import service_class
from services.chassis.direct import Direct
from services.chassis.log.entrypoints import ENTITLEMENT
from services.registry.permissions import _WIDTH, PERMISSIONS
from tests.registry.walk import DEPARTMENTS, Ground, gate_faults, guarded

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
"""The gate stands before the database: none is needed to be refused."""

ASKED = {each.permission for name in DEPARTMENTS for each in guarded(name).values()} | {ENTITLEMENT}


def test_every_permission_an_entrypoint_asks_for_is_a_row_of_the_table() -> None:
    assert ASKED - set(PERMISSIONS) == set()


def test_every_row_of_the_table_is_asked_for_by_an_entrypoint() -> None:
    assert set(PERMISSIONS) - ASKED == set()


# who does this must see what it is done to
SEEN_BY_WHO_ACTS = [
    ("draw.commit", "draw.read"), ("draw.reveal", "draw.read"), ("draw.freeze", "draw.read"),
    ("opening.turn_key", "opening.read"), ("opening.sign", "opening.read"), ("opening.confirm", "opening.read"),
    ("bid.submit", "bid.read"), ("document.review", "document.read"), ("document.confirm", "document.read"),
    ("question.answer", "question.read"), ("challenge.answer", "challenge.read"),
    ("complaint.decide", "complaint.read"), ("supplier.review", "supplier.read"), ("expert.admit", "expert.read"),
    ("supplier.submit", "supplier.read"),
    ("clarification.answer", "clarification.read"), ("report.sign", "report.read"), ("ranking.settle", "ranking.read"),
    ("entrustment.submit", "project.read"), ("plan.confirm", "project.read"), ("seat.prove", "project.read"),
]  # fmt: skip


@pytest.mark.parametrize(("acts", "reads"), SEEN_BY_WHO_ACTS)
def test_whoever_may_act_may_read_what_it_is_about(acts: str, reads: str) -> None:
    for role, whose in PERMISSIONS[acts].holders.items():
        assert _WIDTH[PERMISSIONS[reads].holders[role]] >= _WIDTH[whose], role


def test_every_row_has_a_holder_and_a_sentence() -> None:
    assert [each.name for each in PERMISSIONS.values() if not each.holders or not each.allows] == []


@pytest.fixture(params=DEPARTMENTS)
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    direct = Direct(service_class(request.param), NOWHERE)
    yield Ground(request.param, direct, {}, {})
    direct.close()


def test_no_role_without_the_permission_no_other_department_and_nobody_passes_the_gate(ground: Ground) -> None:
    assert len(guarded(ground.department)) > 25
    assert gate_faults(ground) == []
