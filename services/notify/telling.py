"""Telling people of an event: one message a person, whatever is redelivered, and a delivery for each channel wanted.

Who is told what stands in `letters/told.json` (event → audience → words), the words in `letters/messages.json`.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert

from services.chassis.wire import moment_text
from services.notify import audience, settings
from services.notify.happening import Happening
from services.notify.models import Delivery, Message, Person, Preference, Webhook, new_id
from services.notify.rules.wording import worded


@cache
def _file(name: str) -> Any:
    return json.loads(resources.files("services.notify").joinpath("letters", name).read_text("utf-8"))


@cache
def told() -> dict[str, list[dict[str, Any]]]:
    """"department.event" → rows {"to", "words", "urgent"}, in order; the first that reaches a person counts."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in _file("told.json")["told"]:
        found.setdefault(row["event"], []).append(row)
    return found


def templates() -> Any:
    """key → language → {"title", "text"}."""
    return _file("messages.json")


def codes() -> Any:
    """coded value → language → words."""
    return _file("codes.json")


@cache
def for_webhooks() -> frozenset[str]:
    """The public events, "department.event", that partners may have sent to them."""
    return frozenset(_file("told.json")["webhooks"])


def tell(what: Happening, facts: dict[str, Any] | None = None) -> int:
    """Tell everybody concerned; answers how many new messages there are. facts: more for the blanks."""
    known = {"project": getattr(what.project, "title", None), "lot": getattr(what.lot, "title", None)}
    known |= what.fact | (facts or {})
    reached: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}
    for row in told().get(f"{what.department}.{what.event}", ()):
        for person, own in audience.people(what, row["to"]).items():
            reached.setdefault(person, (row, own))
    if not reached:
        return 0
    messages = [_message(what, person, row, {**known, **own}) for person, (row, own) in sorted(reached.items())]
    new = what.db.execute(
        insert(Message).values(messages).on_conflict_do_nothing().returning(Message.person_id)
    ).scalars()
    fresh = set(new)
    _queue(what, [each for each in messages if each["person_id"] in fresh])
    return len(fresh)


def tell_partners(what: Happening) -> None:
    """Queue this event, if it is public, for every webhook that wants it."""
    if f"{what.department}.{what.event}" not in for_webhooks():
        return
    event = {
        "id": what.id, "event": what.event, "department": what.department, "subject": what.subject,
        "time": moment_text(what.time), "payload": what.payload,
    }  # fmt: skip
    hooks = what.db.scalars(
        select(Webhook).where(
            Webhook.ended_at.is_(None),
            or_(func.jsonb_array_length(Webhook.events) == 0, Webhook.events.contains([what.event])),
        )
    )
    _insert(what, [_delivery(what, hook.id, "webhook", hook.url, event) for hook in hooks])


def _message(what: Happening, person: str, row: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": new_id(),
        "event_id": what.id,
        "event": f"{what.department}.{what.event}",
        "person_id": person,
        "about": what.subject,
        "words": worded(templates()[row["words"]], facts, codes()),
        "urgent": row["urgent"],
        "at": what.now,
    }


def _queue(what: Happening, messages: list[dict[str, Any]]) -> None:
    channels = settings.current()
    ids = [each["person_id"] for each in messages]
    people = {row.id: row for row in what.db.scalars(select(Person).where(Person.id.in_(ids), ~Person.left))}
    wishes = {row.person_id: row for row in what.db.scalars(select(Preference).where(Preference.person_id.in_(ids)))}
    waiting = []
    for message in messages:
        person = people.get(message["person_id"])
        if person is None:
            continue
        wish = wishes.get(person.id)
        language = (wish.language if wish else None) or ("en" if person.language.startswith("en") else "zh")
        content = {**message["words"][language], "language": language, "at": moment_text(message["at"])}
        if channels.mail and person.email and (wish is None or wish.email):
            waiting.append(_delivery(what, person.id, "email", person.email, content))
        if channels.sms_spool and person.phone and message["urgent"] and wish is not None and wish.sms:
            waiting.append(_delivery(what, person.id, "sms", person.phone, content))
    _insert(what, waiting)


def _delivery(what: Happening, recipient: str, channel: str, address: str, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": new_id(), "event_id": what.id, "event": f"{what.department}.{what.event}", "recipient": recipient,
        "channel": channel, "address": address, "content": content, "queued_at": what.now, "tries": 0,
        "try_at": func.clock_timestamp(),
    }  # fmt: skip


def _insert(what: Happening, rows: list[dict[str, Any]]) -> None:
    if rows:
        what.db.execute(insert(Delivery).values(rows).on_conflict_do_nothing())
