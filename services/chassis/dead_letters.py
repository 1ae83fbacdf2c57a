"""What could not be done is kept, seen, and can be sent again.

    python -m services.chassis.dead_letters list registry
    python -m services.chassis.dead_letters show registry 3
    python -m services.chassis.dead_letters replay registry 3      (or: all)

A message in `<department>.dead` carries in its headers why, when, from which queue and after how many attempts.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import sys
import time
import uuid
from collections.abc import Sequence
from typing import Any

import amqp
import eventlet
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from services.chassis import topology
from services.chassis.bus import PASSING, acknowledge, open_connection
from services.chassis.metrics import DEAD
from services.chassis.publishing import ConfirmingPublisher, NotConfirmed, Outgoing

log = logging.getLogger(__name__)

WHY, QUEUE, ATTEMPTS, AT, SENDER = "x-why", "x-came-from", "x-attempts", "x-set-aside-at", "x-sender"
_COUNT = text(
    "INSERT INTO redelivered AS r (message, times) VALUES (:message, 1) "
    "ON CONFLICT (message) DO UPDATE SET times = r.times + 1 RETURNING times"
)


def headers_of(message: Any) -> dict[str, Any]:
    """A message's application headers, a copy."""
    return dict(message.properties.get("application_headers") or {})


def body_of(message: Any) -> bytes:
    """A message's body as bytes, whatever the client decoded it to."""
    body = message.body
    return body.encode() if isinstance(body, str) else bytes(body)


def send_or_wait(publisher: ConfirmingPublisher, outgoing: Outgoing, message: Any) -> bool:
    """Publish with confirm, then acknowledge the original; put it back after a moment when the broker did not take
    it.
    """
    try:
        lost = publisher.publish([outgoing])
    except PASSING as error:
        log.warning("a message could not be moved, it stays where it is: %s", error)
        lost = [outgoing.message_id]
    if lost:
        eventlet.sleep(1)
        try:
            message.channel.basic_reject(message.delivery_tag, True)
        except (*PASSING, AttributeError) as error:
            log.info("the message's connection is gone, the broker has it back: %s", error)
        return False
    acknowledge(message)
    return True


def set_aside(runtime: Any, message: Any, why: str, attempts: int = 0, queue: str = "") -> bool:
    """Move a message to the department's dead queue, with the reason; `queue` is where a replay brings it back to.

    Answers whether that was confirmed.
    """
    queue = queue or topology.rpc_queue(runtime.department)
    DEAD.labels(queue).inc()
    headers = {**headers_of(message), WHY: why[:500], QUEUE: queue, ATTEMPTS: attempts, AT: int(time.time())}
    headers.pop("nameko.token", None)
    headers.setdefault(SENDER, message.properties.get("user_id") or "")
    outgoing = Outgoing(
        "",
        topology.dead_queue(runtime.department),
        body_of(message),
        message.properties.get("message_id") or str(uuid.uuid4()),
        headers,
    )
    return send_or_wait(runtime.publisher, outgoing, message)


def keep_dead(
    runtime: Any, envelope: dict[str, Any], trace: str, why: str, attempts: int, queue: str, sender: str
) -> None:
    """Put an event in the department's dead queue, with the reason. Raises one of `bus.PASSING` when that fails."""
    headers = {WHY: why[:500], QUEUE: queue, ATTEMPTS: attempts, AT: int(time.time()), SENDER: sender}
    if trace:
        headers["nameko.traceparent"] = trace
    body = json.dumps(envelope, ensure_ascii=False).encode()
    dead = topology.dead_queue(runtime.department)
    if runtime.publisher.publish([Outgoing("", dead, body, envelope["id"], headers)]):
        raise NotConfirmed(f"there is no queue {dead}")
    DEAD.labels(queue).inc()


def attempts_of(runtime: Any, message: Any) -> int:
    """How often the broker has brought this request back, counted in the department's database; 0 where it cannot be
    told.
    """
    properties = message.properties
    key = f"{properties.get('correlation_id', '')}:{properties.get('reply_to', '')}"[:200]
    try:
        with runtime.engines.writing() as session:
            times: int = session.execute(_COUNT, {"message": key}).scalar_one()
            session.commit()
            return times
    except SQLAlchemyError as error:
        log.info("redeliveries cannot be counted just now: %s", error)
        return 0


def _held(channel: Any, department: str, most: int = 10_000) -> list[Any]:
    found: list[Any] = []
    while len(found) < most:
        message = channel.basic_get(topology.dead_queue(department), no_ack=False)
        if message is None:
            break
        found.append(message)
    return found


def _line(at: int, message: Any) -> str:
    headers = headers_of(message)
    since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(headers.get(AT, 0)))
    queue, attempts, why = (headers.get(name, "?") for name in (QUEUE, ATTEMPTS, WHY))
    return f"{at:4}  {since}  {queue:<40} attempts {attempts}  {why}"


def replay_to(message: Any) -> str:
    """The queue a dead message came from."""
    headers = headers_of(message)
    return str(headers.get(QUEUE) or headers.get("x-first-death-queue") or "")


def main(arguments: Sequence[str] | None = None) -> int:
    """List, show or replay the dead letters of one department; needs AMQP_URI of a user who may read and write them."""
    parser = argparse.ArgumentParser(prog="dead_letters", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("action", choices=["list", "show", "replay"])
    parser.add_argument("department")
    parser.add_argument("which", nargs="?", default="all", help="number in the list, or all")
    told = parser.parse_args(arguments)
    uri = os.environ.get("AMQP_URI", "")
    if not uri:
        print("AMQP_URI is missing: the broker's address with a user who may read the dead letters", file=sys.stderr)
        return 2
    connection = open_connection(uri, "dead letters", 0)
    channel = connection.channel()
    try:
        held = _held(channel, told.department)
        chosen = [(at, each) for at, each in enumerate(held, 1) if told.which in ("all", str(at))]
        if told.action == "replay":
            channel.confirm_select()
        for at, message in chosen:
            if told.action == "list":
                print(_line(at, message))
            elif told.action == "show":
                print(
                    json.dumps(
                        {"headers": headers_of(message), "body": body_of(message).decode(errors="replace")},
                        ensure_ascii=False,
                        indent=2,
                        default=str,
                    )
                )
            else:
                _replay(channel, message, str(connection.userid))
                print(f"replayed {_line(at, message)}")
        print(
            f"{len(held)} dead letters of {told.department}" if told.action == "list" else f"{len(chosen)} chosen",
            file=sys.stderr,
        )
    finally:
        connection.release()
    return 0


def _replay(channel: Any, message: Any, user: str) -> None:
    headers = {key: value for key, value in headers_of(message).items() if not key.startswith("x-")}
    headers[SENDER] = headers_of(message).get(SENDER) or message.properties.get("user_id") or ""
    again = amqp.Message(
        body_of(message),
        content_type="application/json",
        content_encoding="utf-8",
        delivery_mode=2,
        user_id=user,
        message_id=message.properties.get("message_id", ""),
        application_headers=headers,
    )
    channel.basic_publish_confirm(
        again, exchange="", routing_key=replay_to(message), mandatory=True, confirm_timeout=10
    )
    channel.basic_ack(message.delivery_tag)


if __name__ == "__main__":
    sys.exit(main())
