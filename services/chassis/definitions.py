"""What an entrypoint is, as its decorator said it: read by the transport, the tests and the walks over permissions."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import marshmallow

PUBLIC = "public"
QUERY, COMMAND, HEARS, EVERY = "query", "command", "hears", "every"
DEFINITION = "chassis_definition"


@dataclass(frozen=True)
class Retry:
    """How a heard event that fails comes back. delays: seconds to wait after each failure; then it is dead."""

    delays: tuple[int, ...]


GENTLY = Retry((1, 5, 30, 120, 120, 120))
PATIENTLY = Retry((1, 5, 30, 120) + (1800,) * 48)


@dataclass(frozen=True)
class Definition:
    """One entrypoint. kind: query, command, hears or every; the other fields where the kind has them."""

    kind: str
    method: str
    schema: type[marshmallow.Schema] | None = None
    permission: str = ""
    departments: tuple[str, ...] = ()
    source: str = ""
    event: str = ""
    retry: Retry = GENTLY
    seconds: float = 0.0


def definitions(service: type) -> Iterator[tuple[str, Any, Definition]]:
    """Every entrypoint of a service class as (name, function, definition), in the order of their names."""
    for name, function in inspect.getmembers(service, inspect.isfunction):
        found = getattr(function, DEFINITION, None)
        if found is not None:
            yield name, function, found
