"""Calls over the bus, with a department that answers, delays, falls silent or talks nonsense."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gateway.bus import BadReply, Bus, BusAway, BusFull, OutcomeUnknown, Pending
from gateway.bus.line import Line
from tests.gateway.department import Department

ROOT = Path(__file__).resolve().parents[2]
Eventually = Callable[[Callable[[], object]], None]


def test_sixteen_threads_each_get_their_own_answers(bus: Bus, department: Department) -> None:
    def ask(thread: int) -> list[int]:
        return [bus.call(department.department, "echo", {"n": thread * 1000 + n})["n"] for n in range(150)]

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(ask, range(16)))
    assert answers == [[thread * 1000 + n for n in range(150)] for thread in range(16)]
    assert bus.figures() == {"in_flight": 0, "connections": 1, "late": 0, "full": 0}


def test_calls_begun_together_are_answered_whatever_the_order_they_are_asked_in(
    bus: Bus, department: Department
) -> None:
    begun = [bus.begin(department.department, "echo", {"n": n}) for n in range(20)]
    assert [pending.result() for pending in reversed(begun)] == [{"n": n} for n in reversed(range(20))]


def test_a_body_larger_than_a_frame_goes_and_comes_whole(bus: Bus, department: Department) -> None:
    text = "阳光采购" * 100_000
    assert bus.call(department.department, "echo", {"text": text}, within=20) == {"text": text}


def test_a_call_looks_on_the_wire_as_every_nameko_service_expects(bus: Bus, department: Department) -> None:
    before = int(time.time())
    seen = bus.call(
        department.department, "wire", {"a": 1}, within=30, token="t.t.t", request_id="r-1", traceparent="00-1-2-01"
    )
    headers = seen.pop("headers")
    assert before + 30 <= headers.pop("nameko.deadline") <= time.time() + 30
    assert headers == {"nameko.token": "t.t.t", "nameko.request_id": "r-1", "nameko.traceparent": "00-1-2-01"}
    assert seen.pop("reply_to").startswith("amq.rabbitmq.reply-to.")
    assert seen == {
        "exchange": "nameko-rpc",
        "routing_key": f"{department.department}.wire",
        "content_type": "application/json",
        "content_encoding": "utf-8",
        "delivery_mode": None,
        "expiration": "30000",
        "body": {"args": [], "kwargs": {"a": 1}},
    }


def test_what_is_not_known_is_not_sent(bus: Bus, department: Department) -> None:
    assert list(bus.call(department.department, "wire")["headers"]) == ["nameko.deadline"]


def test_a_call_without_an_answer_ends_at_its_deadline_with_an_unknown_outcome(
    bus: Bus, department: Department
) -> None:
    bus.call(department.department, "echo")
    with pytest.raises(OutcomeUnknown):
        bus.call(department.department, "swallow", within=0.2)
    assert department.calls == ["echo", "swallow"]
    assert bus.figures()["in_flight"] == 0


def test_an_answer_after_the_deadline_is_dropped_and_harms_no_other_call(
    bus: Bus, department: Department, eventually: Eventually
) -> None:
    with pytest.raises(OutcomeUnknown):
        bus.call(department.department, "hold", {"n": 1}, within=0.3)
    department.release()
    eventually(lambda: bus.figures()["late"] == 1)
    assert bus.call(department.department, "echo", {"n": 2}) == {"n": 2}


def test_an_answer_that_arrives_while_its_caller_gives_up_is_the_answer() -> None:
    line = Line([], [], patience=1.0)
    now = time.monotonic()
    pending = Pending(line, "1", "registry", now, due=now)  # the line has taken it out of its books to answer it
    threading.Timer(0.1, pending.answer, [b'{"result": 1}']).start()
    assert pending.result() == 1
    line.forget()


def test_a_call_nobody_waits_for_any_more_gives_its_place_back(
    bus: Bus, department: Department, eventually: Eventually
) -> None:
    bus.begin(department.department, "swallow", within=0.1)
    eventually(lambda: bus.figures()["in_flight"] == 0)


@pytest.mark.parametrize("body", ["no json", "[]", "{}", "", '{"result": 1, "error": 7}'])
def test_a_malformed_reply_ends_its_call_and_no_other(bus: Bus, department: Department, body: str) -> None:
    held = bus.begin(department.department, "hold", {"n": 1})
    assert department.holding.acquire(timeout=10)
    with pytest.raises(BadReply):
        bus.call(department.department, "say", {"body": body})
    department.release()
    assert held.result() == {"n": 1}


def test_beyond_the_limit_calls_are_told_at_once_and_nothing_was_sent(gateway_uri: str, department: Department) -> None:
    bus = Bus(gateway_uri, in_flight=3, per_department=3)
    held = [bus.begin(department.department, "hold", {"n": n}) for n in range(3)]
    for _ in held:
        assert department.holding.acquire(timeout=10)
    with pytest.raises(BusFull):
        bus.begin(department.department, "echo")
    department.release()
    assert [pending.result() for pending in held] == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert bus.call(department.department, "echo", {"n": 4}) == {"n": 4}
    assert department.calls == ["hold"] * 3 + ["echo"]
    assert bus.figures()["full"] == 1
    bus.close()


def test_many_threads_never_pass_the_limit(gateway_uri: str, department: Department) -> None:
    bus = Bus(gateway_uri, in_flight=5, per_department=5)
    gate = threading.Barrier(16)

    def begin(_: int) -> bool:
        gate.wait()
        try:
            bus.begin(department.department, "hold", within=30)
        except BusFull:
            return False
        return True

    with ThreadPoolExecutor(16) as threads:
        accepted = sum(threads.map(begin, range(16)))
    assert accepted <= 5
    figures = bus.figures()
    assert (figures["in_flight"], figures["full"]) == (accepted, 16 - accepted)
    bus.close()


def test_one_silent_department_leaves_room_for_the_others(
    gateway_uri: str, admin_uri: str, department: Department
) -> None:
    bus = Bus(gateway_uri, in_flight=4, per_department=2)
    with Department(admin_uri, f"{department.department}-silent") as silent:
        for _ in range(2):
            bus.begin(silent.department, "swallow", within=30)
        with pytest.raises(BusFull):
            bus.begin(silent.department, "swallow")
        assert bus.call(department.department, "echo", {"n": 1}) == {"n": 1}
    bus.close()


def test_a_department_nobody_has_ever_started_is_away_at_once(bus: Bus) -> None:
    with pytest.raises(BusAway, match="nobody of this department listens"):
        bus.call("nowhere", "echo", within=60)


def test_a_department_that_left_is_away_until_it_is_back(
    bus: Bus, admin_uri: str, department: Department, eventually: Eventually
) -> None:
    name = department.department
    assert bus.call(name, "echo", {"n": 1}) == {"n": 1}
    department.stop()

    def is_away() -> bool:
        try:
            bus.call(name, "echo", within=2.0)
        except OutcomeUnknown:
            return False
        except BusAway:
            return True
        raise AssertionError("somebody answered")

    eventually(is_away)
    with Department(admin_uri, name) as back:

        def is_back() -> bool:
            try:
                return bool(bus.call(name, "echo", {"n": 2}) == {"n": 2})
            except BusAway:
                return False

        eventually(is_back)
        assert "echo" in back.calls


def test_a_broker_that_is_not_there_is_told_within_the_patience() -> None:
    bus = Bus("amqp://gateway:x@127.0.0.1:1/nothing", patience=0.2)
    with pytest.raises(BusAway, match="broker is away"):
        bus.call("registry", "ping", within=60)
    with pytest.raises(BusAway, match="broker is away"):
        bus.begin("registry", "ping", within=60)
    assert not bus.connected
    bus.close()


def test_a_wrong_password_is_an_absent_broker_not_a_crash(gateway_uri: str) -> None:
    user, _, rest = gateway_uri.rpartition("@")
    bus = Bus(f"{user}wrong@{rest}", patience=0.2)
    with pytest.raises(BusAway):
        bus.call("registry", "ping", within=60)
    bus.close()


def test_the_next_address_is_tried_when_one_is_away(gateway_uri: str, department: Department) -> None:
    bus = Bus(f"amqp://gateway:x@127.0.0.1:1/nothing, {gateway_uri}", patience=20)
    assert bus.call(department.department, "echo", {"n": 1}, within=20) == {"n": 1}
    bus.close()


def test_closing_ends_the_calls_under_way_and_leaves_neither_thread_nor_descriptor(
    gateway_uri: str, department: Department
) -> None:
    def life() -> None:
        bus = Bus(gateway_uri)
        bus.call(department.department, "echo")
        held = bus.begin(department.department, "swallow", within=60)
        bus.close()
        with pytest.raises(OutcomeUnknown):
            held.result()

    life()
    threads, descriptors = threading.active_count(), len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        life()
    assert (threading.active_count(), len(os.listdir("/proc/self/fd"))) == (threads, descriptors)


def test_a_closed_bus_opens_again_when_it_is_used(bus: Bus, department: Department) -> None:
    for n in range(2):
        assert bus.call(department.department, "echo", {"n": n}) == {"n": n}
        bus.close()


def test_a_bus_that_was_never_used_made_no_connection_and_no_thread(gateway_uri: str) -> None:
    threads = threading.active_count()
    bus = Bus(gateway_uri)
    bus.subscribe("registry", lambda _: None)
    assert threading.active_count() == threads
    bus.close()


def test_a_forked_process_uses_a_line_of_its_own(gateway_uri: str, department: Department) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.gateway.forking", gateway_uri, department.department],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["parent:1", "child:2", "parent:3", "connections:2", "inherited:0"]
