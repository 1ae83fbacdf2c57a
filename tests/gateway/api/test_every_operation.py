"""Every operation of the API, as nobody and as several roles, with inputs made from its own description.

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
from tests.gateway.api.house import House

ROLES = ("", "supplier.agent", "centre.officer", "purchaser.officer", "expert", "supervisor", "finance.officer")
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
schemathesis.serializer.alias("application/offset+octet-stream", "application/octet-stream")
pytestmark = pytest.mark.timeout(900)  # five departments have to come up first
BUSY = (503, 504)
"""Said when the one processor of a test machine does not keep up; described, and no fault."""


@pytest.fixture(scope="module")
def schema(house: House) -> Any:
    with house.app.app_context():
        raw = description()
    made = schemathesis.openapi.from_dict(raw)
    made.app = house.app
    return made


def _operations(schema: Any) -> list[Any]:
    return [found.ok() for found in schema.get_all_operations()]


def _probe(operation: Any, headers: dict[str, str], *, closed: bool) -> None:
    """Ask this operation what its own description allows to be asked. closed: it must refuse."""

    @limits(
        max_examples=2, deadline=None, database=None, derandomize=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy())
    def once(case: Any) -> None:
        answer = case.call(headers=headers)
        if answer.status_code not in BUSY:
            case.validate_response(answer, checks=CHECKS)
            assert not closed or answer.status_code >= 400, "nobody gets past this door"

    once()


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role or "nobody")
def test_every_operation_answers_as_described(house: House, schema: Any, role: str) -> None:
    headers = house.headers(role)
    faults: list[str] = []
    for operation in _operations(schema):
        public = any(not each for each in operation.definition.raw.get("security", [{"token": []}]))
        try:
            _probe(operation, headers, closed=not role and not public)
        except (Exception, BaseExceptionGroup) as fault:  # noqa: BLE001 every operation's fault is told, not one alone
            faults.append(f"{operation.label}: {_told(fault)}")
    assert not faults, "\n".join(faults)


def _told(fault: BaseException) -> str:
    inner = [_told(each) for each in fault.exceptions] if isinstance(fault, BaseExceptionGroup) else []
    return " | ".join(inner) or f"{type(fault).__name__}: {str(fault)[:600]}"
