"""What happens around an entrypoint's method, whoever brought the call: the bus, a timer or a test.

query:   authenticate → load → read-only session → answer
command: authenticate → request id → load → one transaction: claim the id, run, store the answer and journal, commit
hears:   one transaction: is it new, seen or early? → load → run → journal → commit
every:   one transaction under a lock that only one instance holds
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import eventlet
from marshmallow import ValidationError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from services.chassis import inbox, journal
from services.chassis.call import Call
from services.chassis.caller import NOBODY
from services.chassis.database import is_passing
from services.chassis.definitions import PUBLIC, Definition
from services.chassis.objection import Objection
from services.chassis.providers import bind
from services.chassis.refusal import Refusal, refuse
from services.chassis.wire import shape

TRIES = 3
MOST_DEPTH = 40


class Early(Exception):
    """An event arrived before one of its subject that must come first; it waits."""


def authenticate(call: Call, definition: Definition) -> None:
    """Set `call.by` from the token, and check the permission.

    Raises `Refusal`: `unauthenticated` (no token, or not valid), `forbidden` (no such permission).
    """
    token = call.context.get("token")
    if token is not None and not isinstance(token, str):
        refuse("unauthenticated", "The token is not a text.")
    call.by = call.runtime.verifier.caller(token) if token else NOBODY
    call.actor = call.by.actor
    if call.by.department is not None:
        if definition.permission != PUBLIC and call.by.department not in definition.departments:
            refuse("forbidden", f"The department {call.by.department} may not call {definition.method}.")
    elif definition.permission != PUBLIC:
        if call.by.person_id is None:
            refuse("unauthenticated", "Sign in first.")
        if not call.by.may(definition.permission):
            refuse("forbidden", f"Your roles do not give the permission {definition.permission}.")


def load(definition: Definition, fields: Any) -> dict[str, Any]:
    """The fields as the schema gives them. Raises `Refusal("invalid_input")` with one objection per fault."""
    if not isinstance(fields, dict):
        refuse("invalid_input", "The fields are a mapping.")
    unfit = _unfit(fields, 0)
    if unfit:
        refuse("invalid_input", unfit)
    if definition.schema is None:
        return fields
    try:
        loaded: dict[str, Any] = shape(definition.schema).load(fields)
        return loaded
    except ValidationError as error:
        faults = list(_faults(error.messages, ""))
        refuse("invalid_input", "Some fields are not right.", *faults)


def _unfit(value: Any, depth: int) -> str:
    """Why no schema should see this value: nested too deep, or text PostgreSQL and UTF-8 cannot hold."""
    if depth > MOST_DEPTH:
        return "The fields are nested too deep."
    if isinstance(value, str):
        if "\x00" in value or (not value.isascii() and any(0xD800 <= ord(each) <= 0xDFFF for each in value)):
            return "A text holds a character that is not allowed."
    elif isinstance(value, dict):
        for key, each in value.items():
            found = _unfit(key, depth + 1) or _unfit(each, depth + 1)
            if found:
                return found
    elif isinstance(value, list):
        for each in value:
            found = _unfit(each, depth + 1)
            if found:
                return found
    return ""


def _faults(messages: Any, path: str) -> list[Objection]:
    if isinstance(messages, dict):
        return [
            fault
            for key, inner in messages.items()
            for fault in _faults(inner, path if key == "_schema" else f"{path}.{key}" if path else str(key))
        ]
    if isinstance(messages, list):
        return [fault for inner in messages for fault in _faults(inner, path)]
    return [Objection("invalid_field", str(messages), field=path, figures={"reason": str(messages)})]


@contextmanager
def _session(service: Any, call: Call, opener: Callable[[], Session]) -> Any:
    call.begin(opener)
    bind(service, call)
    try:
        yield call.db
    finally:
        call.end()


def _commit(call: Call) -> None:
    """What the call announced is journalled last, then all of it stands."""
    call.db.flush()
    journal.write(call.db, call.entries, call.trace_id)
    call.db.commit()


def _persist(call: Call, attempt: Callable[[], Any]) -> Any:
    """Run a transaction, anew when it failed for a passing reason, never past the deadline."""
    for tries in range(1, TRIES + 1):
        call.check_deadline()
        try:
            return attempt()
        except (DBAPIError, PoolTimeout) as error:
            passing = isinstance(error, PoolTimeout) or is_passing(error)
            if not passing:
                raise
            if tries == TRIES or time.time() + 0.1 * tries >= call.deadline:
                raise Refusal(
                    "department_unavailable", "The department's database cannot be reached just now."
                ) from error
            eventlet.sleep(0.1 * tries)
    raise AssertionError("unreachable: the last try returns or raises")


def perform_query(service: Any, function: Any, definition: Definition, call: Call, fields: Any) -> Any:
    """Answer a question. Shapes: fields mapping in, JSON-able answer out; raises `Refusal`."""
    call.check_deadline()
    authenticate(call, definition)
    wanted = load(definition, fields)

    def attempt() -> Any:
        call.begin(call.runtime.engines.reading)  # a question that needs no table opens no session
        bind(service, call)
        try:
            answer = function(service, wanted, call.by)
            if call.entries:
                raise RuntimeError(f"{definition.method} is a question; it changes nothing and announces nothing")
            return answer
        finally:
            call.end()

    return _persist(call, attempt)


def perform_command(service: Any, function: Any, definition: Definition, call: Call, fields: Any) -> Any:
    """Make a change, once per request id. Raises `Refusal`; then nothing was done."""
    call.check_deadline()
    authenticate(call, definition)
    request_id = inbox.check_request_id(call.context.get("request_id"))
    content = inbox.content_of(definition.method, fields if isinstance(fields, dict) else {})
    caller = call.by.actor

    def attempt() -> Any:
        given = load(definition, fields)
        with _session(service, call, call.runtime.engines.writing) as session:
            claim = inbox.claim(session, caller, request_id, content)
            if not claim.ours:
                return claim.answer
            call.clock_offset = claim.clock_offset
            answer = function(service, given, call.by)
            session.flush()
            inbox.store(session, caller, request_id, answer, call.entries, call.trace_id)
            call.check_deadline()
            session.commit()
        call.runtime.wake_relay()
        return answer

    return _persist(call, attempt)


_HEAR = text("SELECT chassis_hear(:department, :subject, :seq, :needed)")


def perform_heard(
    service: Any, function: Any, definition: Definition, call: Call, envelope: dict[str, Any], needed: int
) -> str:
    """Let a foreign fact have its effect, once. Answers "new" or "seen"; raises `Early` when another must come first.

    needed: number of the last earlier event of the subject that this department hears.
    """
    call.actor = f"department:{call.runtime.department}"

    def attempt() -> str:
        with _session(service, call, call.runtime.engines.writing) as session:
            verdict: str = session.execute(
                _HEAR,
                {
                    "department": envelope["department"],
                    "subject": envelope["subject"],
                    "seq": envelope["seq"],
                    "needed": needed,
                },
            ).scalar_one()
            if verdict == "early":
                raise Early(f"{envelope['event']} {envelope['subject']} waits for number {needed}")
            if verdict == "new":
                fact = shape(definition.schema).load(envelope["payload"]) if definition.schema else envelope["payload"]
                function(service, fact, envelope)
                _commit(call)
        if verdict == "new":
            call.runtime.wake_relay()
        return verdict

    return _persist(call, attempt)


_LOCK = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:name, 7))")


def perform_every(service: Any, function: Any, definition: Definition, call: Call) -> bool:
    """Do the clock's work if no other instance is at it. Answers whether there is more to do at once."""
    call.actor = f"department:{call.runtime.department}"
    try:
        with _session(service, call, call.runtime.engines.writing) as session:
            if not session.execute(_LOCK, {"name": f"{call.runtime.department}.{definition.method}"}).scalar():
                return False
            more = function(service)
            _commit(call)
    except SQLAlchemyError as error:
        if isinstance(error, PoolTimeout) or (isinstance(error, DBAPIError) and is_passing(error)):
            return False  # the next tick is the retry
        raise
    call.runtime.wake_relay()
    return bool(more)
