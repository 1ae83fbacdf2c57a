"""What an entrypoint is, as its decorator said it: read by the transport, the tests and the walks over permissions."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

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


def service_class(department: str) -> Any:
    """The service class of a department: the class in `services.<department>.service` whose `name` is the department's.

    A dotted module path is taken as it is, for services outside `services/`. Raises LookupError when there is none.
    """
    module = importlib.import_module(department if "." in department else f"services.{department}.service")
    wanted = department.rpartition(".")[2] if "." not in department else None
    for found in vars(module).values():
        if (
            isinstance(found, type)
            and isinstance(getattr(found, "name", None), str)
            and found.__module__ == module.__name__
        ) and (wanted is None or cast("Any", found).name == wanted):
            return cast("Any", found)
    raise LookupError(f"{module.__name__} has no service class named {department}")
