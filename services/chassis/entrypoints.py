"""The four ways into a department: `@query`, `@command`, `@hears`, `@every`.

    @command(schemas.TakeNote, permission="note.take")
    def take_note(self, note, by): ...

The decorators declare; `execution.py` runs what they declare; `rpc.py`, `hearing.py` and `timers.py` bring the calls.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

import marshmallow
from nameko.extensions import register_entrypoint

from services.chassis import execution
from services.chassis.call import Call
from services.chassis.definitions import (
    COMMAND,
    DEFINITION,
    EVERY,
    GENTLY,
    HEARS,
    PATIENTLY,
    PUBLIC,
    QUERY,
    Definition,
    Retry,
)
from services.chassis.hearing import HearingEntrypoint
from services.chassis.rpc import RpcEntrypoint
from services.chassis.timers import TimerEntrypoint

__all__ = ["GENTLY", "PATIENTLY", "PUBLIC", "Retry", "command", "every", "hears", "query"]

F = TypeVar("F", bound=Callable[..., Any])


def query(schema: type[marshmallow.Schema], *, permission: str, departments: tuple[str, ...] = ()) -> Callable[[F], F]:
    """RPC that changes nothing: `method(self, wanted, by)` with the loaded fields and the `Caller`."""
    return _entrypoint(
        QUERY, RpcEntrypoint, execution.perform_query, schema=schema, permission=permission, departments=departments
    )


def command(
    schema: type[marshmallow.Schema], *, permission: str, departments: tuple[str, ...] = ()
) -> Callable[[F], F]:
    """RPC that changes something, once per request id, in one transaction: `method(self, given, by)`."""
    return _entrypoint(
        COMMAND, RpcEntrypoint, execution.perform_command, schema=schema, permission=permission, departments=departments
    )


def hears(department: str, event: str, schema: type[marshmallow.Schema], *, retry: Retry = GENTLY) -> Callable[[F], F]:
    """A fact from another department, once and in its subject's order: `method(self, fact, envelope)`."""
    return _entrypoint(
        HEARS, HearingEntrypoint, execution.perform_heard, schema=schema, source=department, event=event, retry=retry
    )


def every(seconds: float) -> Callable[[F], F]:
    """Work by the clock, one instance at a time: `method(self)`; answering True asks for another turn at once."""
    return _entrypoint(EVERY, TimerEntrypoint, execution.perform_every, seconds=seconds)


def _entrypoint(kind: str, extension: Any, perform: Callable[..., Any], **told: Any) -> Callable[[F], F]:
    def decorate(function: F) -> F:
        definition = Definition(kind=kind, method=function.__name__, **told)

        @functools.wraps(function)
        def performed(service: Any, call: Call, *brought: Any) -> Any:
            return perform(service, function, definition, call, *brought)

        setattr(performed, DEFINITION, definition)
        register_entrypoint(performed, extension(definition))
        return performed  # type: ignore[return-value]  # nameko calls it with a Call; the author wrote the inner one

    return decorate
