"""Every operation of the API, as nobody and as each role, with inputs made from its own description.

No input makes anything break, every answer is as described, and nobody gets past a door that needs a session.
"""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as limits
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gateway.api.description import description
from services.registry.permissions import ROLES
from tests.gateway.api.house import House

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
pytestmark = pytest.mark.timeout(900)  # five departments have to come up first
EACH = 2
"""Requests made for each operation."""
BUSY = (503, 504)
"""Said when the one processor of a test machine does not keep up; described, and no fault."""


@pytest.fixture(scope="module")
def schema(house: House) -> Any:
    with house.app.app_context():
        raw = description()
    made = schemathesis.openapi.from_dict(raw)
    made.app = house.app
    return made


@pytest.fixture(scope="module")
def cases(schema: Any) -> list[Any]:
    """Requests made from the description of every operation, the same for every role: making them is what costs."""
    return [case for found in schema.get_all_operations() for case in _made(found.ok())]


def _made(operation: Any) -> list[Any]:
    kept: list[Any] = []

    @limits(
        max_examples=EACH, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def keep(case: Any) -> None:
        kept.append(case)

    keep()
    return kept


def _asked(case: Any, headers: dict[str, str]) -> str:
    """Ask, and say what was wrong with the answer, if anything was. Nobody in particular must be turned away."""
    closed = not headers and all(case.operation.definition.raw.get("security", [{"token": []}]))
    answer = case.call(headers=headers)
    if answer.status_code in BUSY:
        return ""
    if closed and answer.status_code < 400:
        return f"{case.operation.label}: {answer.status_code}, and nobody gets past this door"
    try:
        case.validate_response(answer, checks=CHECKS)
    except (Exception, BaseExceptionGroup) as fault:  # noqa: BLE001 every operation's fault is told, not one alone
        return f"{case.operation.label}: {_told(fault)}"
    return ""


@pytest.mark.parametrize("role", ["", *sorted(ROLES)], ids=lambda role: role or "nobody")
def test_every_operation_answers_as_described(house: House, cases: list[Any], role: str) -> None:
    headers = house.headers(role)
    faults = [fault for case in cases if (fault := _asked(case, headers))]
    assert len(cases) > 300
    assert not faults, "\n".join(faults)


def _told(fault: BaseException) -> str:
    inner = [_told(each) for each in fault.exceptions] if isinstance(fault, BaseExceptionGroup) else []
    return " | ".join(inner) or f"{type(fault).__name__}: {str(fault)[:600]}"
