"""The pair on a real broker: calls, events, what is malformed, poisonous, late, or from nobody."""

from __future__ import annotations

import json
import signal
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pika
import pytest
from nameko.standalone.rpc import ClusterRpcProxy
from sqlalchemy import create_engine, text

from services.chassis import dead_letters
from tests.chassis.conftest import Pair
from tests.pair.running import until


class Client:
    """A bare AMQP client: what it sends is what the test wrote."""

    def __init__(self, uri: str) -> None:
        self.connection = pika.BlockingConnection(pika.URLParameters(uri))
        self.channel = self.connection.channel()
        self.answers: dict[str, Any] = {}
        self.channel.basic_consume("amq.rabbitmq.reply-to", self._on_answer, auto_ack=True)

    def _on_answer(self, _channel: Any, _method: Any, properties: Any, body: bytes) -> None:
        self.answers[properties.correlation_id] = json.loads(body)

    def send(self, routing_key: str, body: bytes, **properties: Any) -> str:
        correlation = str(uuid.uuid4())
        told = {
            "reply_to": "amq.rabbitmq.reply-to",
            "content_type": "application/json",
            "correlation_id": correlation,
            **properties,
        }
        self.channel.basic_publish(
            "nameko-rpc", routing_key, body, pika.BasicProperties(**{k: v for k, v in told.items() if v})
        )
        return correlation

    def call(self, method: str, headers: dict[str, Any] | None = None, within: float = 10, **fields: Any) -> Any:
        correlation = self.send(method, json.dumps({"args": [], "kwargs": fields}).encode(), headers=headers or {})
        return self.wait(correlation, within)

    def wait(self, correlation: str, within: float = 10) -> Any:
        end = time.monotonic() + within
        while correlation not in self.answers:
            if time.monotonic() > end:
                return None
            self.connection.process_data_events(time_limit=0.05)
        return self.answers.pop(correlation)

    def note(self, key: str, topic: str = "t", request_id: str | None = None) -> Any:
        return self.call(
            "alpha.take_note", {"nameko.request_id": request_id or str(uuid.uuid4())}, key=key, topic=topic
        )


@pytest.fixture
def client(pair: Pair) -> Iterator[Client]:
    found = Client(pair.uri("gateway"))
    yield found
    found.connection.close()


def scalar(url: str, sql: str, **values: Any) -> Any:
    engine = create_engine(url)
    with engine.connect() as connection:
        answer = connection.execute(text(sql), values).scalar()
    engine.dispose()
    return answer


def heard(pair: Pair, key: str) -> int:
    return int(scalar(pair.beta_access.runtime_url, "SELECT count(*) FROM heard_note WHERE key = :key", key=key))


def dead(pair: Pair, department: str) -> list[tuple[dict[str, Any], bytes]]:
    connection = pika.BlockingConnection(pika.URLParameters(pair.uri(department)))
    channel = connection.channel()
    found = []
    while True:
        method, properties, body = channel.basic_get(f"{department}.dead")
        if method is None:
            break
        found.append((properties.headers, body))
    connection.close()  # unacknowledged: they stay
    return found


def test_a_call_is_answered_over_direct_reply_to(client: Client) -> None:
    assert client.call("alpha.echo", text="hello 你好") == {"result": {"text": "hello 你好"}, "error": None}


def test_a_stock_nameko_client_can_call(pair: Pair) -> None:
    with ClusterRpcProxy({"AMQP_URI": pair.uri("partner")}, timeout=10) as stock:
        assert stock.alpha.echo(text="hello") == {"text": "hello"}


def test_a_stock_nameko_client_sends_its_context(pair: Pair) -> None:
    with ClusterRpcProxy(
        {"AMQP_URI": pair.uri("partner")}, context_data={"request_id": "stock-1"}, timeout=10
    ) as stock:
        first = stock.alpha.take_note(key="from stock", topic="t")
        assert stock.alpha.take_note(key="from stock", topic="t") == first


def test_a_refusal_arrives_with_its_code(client: Client) -> None:
    error = client.call("alpha.no")["error"]
    assert error["exc_type"] == "Refusal"
    assert error["exc_args"] == ["not_today", "Not today.", "[]"]


def test_a_bug_tells_nothing_from_inside(client: Client) -> None:
    error = client.call("alpha.broken")["error"]
    assert error["exc_type"] == "InternalError"
    assert "inside of the department" not in json.dumps(error)


def test_a_command_without_a_request_id_is_refused(client: Client) -> None:
    assert client.call("alpha.take_note", key="k", topic="t")["error"]["exc_args"][0] == "request_id_missing"


def test_an_unknown_method_is_answered(client: Client) -> None:
    assert client.call("alpha.nothing_like_it")["error"]["exc_type"] == "MethodNotFound"


MALFORMED: dict[str, tuple[dict[str, Any], bytes]] = {
    "no reply_to": ({"reply_to": None}, b'{"args": [], "kwargs": {}}'),
    "no content type": ({"content_type": None}, b'{"args": [], "kwargs": {}}'),
    "another content type": ({"content_type": "application/x-python-serialize"}, b"cos\nsystem\n"),
    "not JSON": ({}, b"{"),
    "not a request": ({}, b"[1, 2]"),
    "positional arguments": ({}, b'{"args": [1], "kwargs": {}}'),
    "nested without end": ({}, b"[" * 100_000),
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_malformed_request_is_set_aside_and_harms_only_itself(pair: Pair, client: Client, kind: str) -> None:
    properties, body = MALFORMED[kind]
    before = len(dead(pair, "alpha"))
    client.send("alpha.echo", body, **properties)
    until(lambda: len(dead(pair, "alpha")) == before + 1, within=10)
    assert client.call("alpha.echo", text="still here")["result"] == {"text": "still here"}


def test_a_call_past_its_deadline_does_not_run(pair: Pair, client: Client) -> None:
    headers = {"nameko.request_id": "late", "nameko.deadline": str(time.time() - 1)}
    assert client.call("alpha.take_note", headers, within=1, key="late", topic="t") is None
    assert scalar(pair.alpha_access.runtime_url, "SELECT count(*) FROM note WHERE key = 'late'") == 0


def test_an_event_reaches_its_listener_once(pair: Pair, client: Client) -> None:
    client.note("one")
    until(lambda: heard(pair, "one") == 1)


def test_a_department_asks_another_with_its_own_token(pair: Pair, client: Client) -> None:
    assert client.call("alpha.ask_beta")["result"]["asked_by"] == "alpha"


def test_no_department_waits_for_another_past_its_patience(client: Client) -> None:
    began = time.monotonic()
    assert client.call("alpha.ask_beta_slowly", seconds=20)["error"]["exc_args"][0] == "no_answer_in_time"
    assert time.monotonic() - began < 5


def test_a_department_that_is_away_is_known_at_once(pair: Pair, client: Client) -> None:
    """Its queue is gone only where it never was: beta's stays, so a stranger department is asked."""
    connection = pika.BlockingConnection(pika.URLParameters(pair.uri("gateway")))
    channel = connection.channel()
    channel.confirm_delivery()
    with pytest.raises(pika.exceptions.UnroutableError):
        channel.basic_publish("nameko-rpc", "gamma.echo", b"{}", mandatory=True)
    connection.close()


def test_a_poisonous_event_ends_dead_within_its_attempts_and_can_be_replayed(
    pair: Pair, client: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    client.note("poison-1", topic="poisoned")
    client.note("after the poison", topic="healthy")
    until(lambda: heard(pair, "after the poison") == 1)

    def poison() -> list[dict[str, Any]]:
        return [headers for headers, body in dead(pair, "beta") if b"poison-1" in body]

    (headers,) = until(poison, within=20)
    assert (headers["x-attempts"], headers["x-why"]) == (3, "ValueError: poison")
    monkeypatch.setenv("AMQP_URI", pair.uri("beta"))
    assert dead_letters.main(["list", "beta"]) == 0
    assert "ValueError: poison" in capsys.readouterr().out
    assert dead_letters.main(["replay", "beta"]) == 0
    until(poison, within=20)  # it came back, failed as often again, and is there again
    assert heard(pair, "poison-1") == 0


def test_an_event_from_somebody_else_is_not_believed(pair: Pair) -> None:
    """Any department may publish to the default exchange (direct replies); the broker vouches for the sender's name."""
    connection = pika.BlockingConnection(pika.URLParameters(pair.uri("alpha")))
    channel = connection.channel()
    envelope = {
        "id": "x",
        "event": "noted",
        "version": 1,
        "department": "alpha",
        "subject": "topic:forged",
        "seq": 1,
        "after": {},
        "time": "2026-05-11T01:00:00Z",
        "actor": "public",
        "payload": {"key": "forged", "topic": "forged"},
    }
    channel.basic_publish("", "beta.hears.alpha", json.dumps(envelope).encode(), pika.BasicProperties(message_id="x"))
    until(lambda: any(b"forged" in body for _, body in dead(pair, "beta")), within=10)
    assert heard(pair, "forged") == 0
    connection.close()


def test_an_event_nobody_listens_for_is_kept_aside(pair: Pair, client: Client) -> None:
    url = pair.alpha_access.runtime_url
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "SELECT chassis_record('unheard', now(), 'a', 'unheard_of', 1, 'x:1', '{}', '', "
                "decode(repeat('00', 32), 'hex'), true, true, '')"
            )
        )
    engine.dispose()
    until(lambda: scalar(url, "SELECT count(*) FROM unrouted WHERE event = 'unheard_of'") == 1, within=10)


def test_a_query_waits_without_holding_up_the_others(client: Client) -> None:
    began = time.monotonic()
    waiting = [client.send("alpha.wait", json.dumps({"args": [], "kwargs": {"seconds": 1}}).encode()) for _ in range(5)]
    assert all(client.wait(each) for each in waiting)
    assert time.monotonic() - began < 4


def test_a_process_counts_and_tells_how_it_is(pair: Pair) -> None:
    assert pair.alpha.ask("health")[0] == 200
    assert pair.alpha.ask("ready") == (200, {"bus": True, "database": True})
    assert "chassis_calls_total" in pair.alpha.ask("metrics")[1]


def test_told_to_stop_a_process_finishes_what_is_under_way(pair: Pair, client: Client) -> None:
    waiting = client.send("alpha.wait", json.dumps({"args": [], "kwargs": {"seconds": 2}}).encode())
    client.connection.process_data_events(time_limit=0.5)
    pair.alpha.signal(signal.SIGTERM)
    assert client.wait(waiting, 10) == {"result": {}, "error": None}
    assert pair.alpha.process is not None
    assert pair.alpha.process.wait(20) == 0
    pair.alpha.start()
