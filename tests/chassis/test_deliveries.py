"""Deliveries read out of the stream are those py-amqp would have read, however the octets come."""

from __future__ import annotations

import struct
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import amqp
import pytest
from amqp.exceptions import UnexpectedFrame
from amqp.method_framing import frame_handler
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.deliveries import Delivery, DeliveryReader, read_properties

SHORT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
VALUES = st.one_of(SHORT, st.floats(allow_nan=False), st.integers(-(2**31), 2**31), st.booleans(), st.none())
PROPERTIES = st.fixed_dictionaries(
    {},
    optional={
        "content_type": SHORT,
        "content_encoding": SHORT,
        "application_headers": st.dictionaries(SHORT, st.one_of(VALUES, st.dictionaries(SHORT, SHORT, max_size=2))),
        "delivery_mode": st.sampled_from((1, 2)),
        "priority": st.integers(0, 255),
        "correlation_id": SHORT,
        "reply_to": SHORT,
        "expiration": SHORT,
        "message_id": SHORT,
        "timestamp": st.integers(0, 2**40),
        "type": SHORT,
        "user_id": SHORT,
    },
)
DELIVERIES = st.tuples(st.integers(1, 3), SHORT, SHORT, st.booleans(), PROPERTIES, st.binary(max_size=400))


class _Channel:
    """What the reader asks of a py-amqp channel."""

    def __init__(self, told: Any = None) -> None:
        self.callbacks = {"tag": told} if told else {}
        self.rejected: list[tuple[int, bool]] = []

    def basic_reject(self, tag: int, requeue: bool) -> None:
        self.rejected.append((tag, requeue))


def _connection(told: Any, others: list[Any]) -> Any:
    return SimpleNamespace(
        bytes_recv=0, channels={number: _Channel(told) for number in (1, 2, 3)}, on_inbound_frame=others.append
    )


def _frame(kind: int, channel: int, payload: bytes) -> bytes:
    return struct.pack(">BHI", kind, channel, len(payload)) + payload + b"\xce"


def _frames(delivery: tuple[Any, ...], tag: int, largest: int = 150) -> list[tuple[int, int, bytes]]:
    """A delivery as a broker sends it."""
    channel, exchange, key, again, properties, body = delivery
    method = struct.pack(">HH", 60, 60) + amqp.serialization.dumps("sLbss", ("tag", tag, again, exchange, key))
    message = amqp.Message(b"", **properties)
    header = struct.pack(">HHQ", 60, 0, len(body)) + message._serialize_properties()
    parts = [body[start : start + largest] for start in range(0, len(body), largest)]
    return [(1, channel, method), (2, channel, header), *((3, channel, part) for part in parts)]


@given(st.lists(DELIVERIES, max_size=6), st.lists(st.integers(1, 300), max_size=40))
def test_deliveries_are_read_as_py_amqp_reads_them_however_the_octets_come(
    deliveries: list[tuple[Any, ...]], cuts: list[int]
) -> None:
    theirs: list[Any] = []
    reading = frame_handler(SimpleNamespace(bytes_recv=0), lambda *found: theirs.append(found))
    frames = [frame for tag, each in enumerate(deliveries) for frame in _frames(each, tag)]
    for frame in frames:
        reading(frame)
    ours: list[Delivery] = []
    others: list[Any] = []
    reader = DeliveryReader(_connection(ours.append, others))
    stream = b"".join(_frame(*frame) for frame in frames)
    for cut in cuts:
        reader.feed(stream[:cut])
        stream = stream[cut:]
    reader.feed(stream)
    assert len(ours) == len(theirs) == len(deliveries)
    for found, (_, _, arguments, message), asked in zip(ours, theirs, deliveries, strict=True):
        tag, number, again, exchange, key = amqp.serialization.loads("sLbss", arguments, 4)[0]
        assert found.delivery_info == {
            "consumer_tag": tag,
            "delivery_tag": number,
            "redelivered": again,
            "exchange": exchange,
            "routing_key": key,
        }
        assert found.properties == message.properties
        assert (found.body, found.delivery_tag) == (asked[5], number)
    assert not others


def test_whatever_is_no_delivery_goes_to_py_amqp_untouched() -> None:
    ours: list[Delivery] = []
    others: list[Any] = []
    reader = DeliveryReader(_connection(ours.append, others))
    strange = [(8, 0, b""), (1, 2, b"\x00\x14\x00\x28rest"), (1, 1, b"\x00\x3c\x00\x32"), (2, 1, b"h"), (3, 1, b"b")]
    first, *rest = _frames((2, "", "key", False, {"reply_to": "r"}, b"body"), 7)
    for frame in [strange[0], first, *strange[1:], *rest]:
        reader.feed(_frame(*frame))
    assert others == strange
    assert [each.body for each in ours] == [b"body"]


def test_a_delivery_nobody_waits_for_any_more_goes_back_to_its_queue() -> None:
    connection = _connection(None, [])
    reader = DeliveryReader(connection)
    for frame in _frames((1, "", "key", False, {}, b"x"), 9):
        reader.feed(_frame(*frame))
    assert connection.channels[1].rejected == [(9, True)]


@pytest.mark.parametrize(
    "octets",
    [
        pytest.param(b"\x01\x00\x01\x00\x00\x00\x01xy" + b"\x00" * 8, id="no end octet"),
        pytest.param(_frame(*_frames((9, "", "k", False, {}, b""), 1)[0]), id="a channel that is not open"),
    ],
)
def test_a_broken_stream_ends_the_connection(octets: bytes) -> None:
    with pytest.raises(UnexpectedFrame):
        DeliveryReader(_connection(None, [])).feed(octets)


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda header: header[:14], id="cut off"),
        pytest.param(lambda header: header.replace(b"someone", b"som\xffone"), id="no UTF-8"),
    ],
)
def test_properties_that_cannot_be_read_are_none_at_all(spoil: Callable[[bytes], bytes]) -> None:
    ours: list[Delivery] = []
    reader = DeliveryReader(_connection(ours.append, []))
    method, (kind, channel, header), *body = _frames((1, "", "k", False, {"reply_to": "someone"}, b"x"), 1)
    for frame in [method, (kind, channel, spoil(header)), *body]:
        reader.feed(_frame(*frame))
    with pytest.raises((ValueError, IndexError)):
        read_properties(ours[0].header)
    assert ours[0].properties == {}
