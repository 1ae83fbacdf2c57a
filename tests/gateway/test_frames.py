"""Calls and replies on the wire, held against two codings that are not ours: py-amqp's and pika's."""

from __future__ import annotations

import struct

import amqp.serialization
import pika.frame
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pika import spec

from gateway.bus.frames import BrokenFrame, FrameReader, call_frames, correlation_of

LIMIT = 4096
names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40)
header_values = st.one_of(st.text(max_size=300), st.floats(allow_nan=False, allow_infinity=False))


def frames_of(data: bytes) -> list[pika.frame.Frame]:
    found = []
    while data:
        size, frame = pika.frame.decode_frame(data)
        assert size
        found.append(frame)
        data = data[size:]
    return found


@given(
    channel=st.integers(1, 2047),
    key=names,
    body=st.binary(max_size=3 * LIMIT),
    correlation=names,
    expires=st.integers(1, 10**9),
    headers=st.dictionaries(names, header_values, max_size=5),
)
def test_a_call_reads_back_the_same_with_pika(
    channel: int, key: str, body: bytes, correlation: str, expires: int, headers: dict[str, str | float]
) -> None:
    data = call_frames(
        channel, key, body, correlation_id=correlation, expires_ms=expires, headers=headers, frame_limit=LIMIT
    )
    method, header, *parts = frames_of(data)
    assert {frame.channel_number for frame in (method, header, *parts)} == {channel}
    assert (method.method.exchange, method.method.routing_key, method.method.mandatory) == ("nameko-rpc", key, True)
    properties = header.properties
    assert header.body_size == len(body)
    assert b"".join(part.fragment for part in parts) == body
    assert (properties.content_type, properties.content_encoding) == ("application/json", "utf-8")
    assert (properties.correlation_id, properties.reply_to) == (correlation, "amq.rabbitmq.reply-to")
    assert (properties.expiration, properties.delivery_mode) == (str(expires), None)
    assert list(properties.headers) == list(headers)


@given(size=st.integers(1, 20_000), limit=st.integers(120, 9000))
def test_no_frame_is_larger_than_agreed_with_the_broker(size: int, limit: int) -> None:
    data = call_frames(1, "a.b", bytes(size), correlation_id="1", expires_ms=1, headers={}, frame_limit=limit)
    while data:
        size, _ = pika.frame.decode_frame(data)
        assert size <= limit
        data = data[size:]


@given(headers=st.dictionaries(names, header_values, max_size=6))
def test_headers_read_back_the_same_with_the_coding_nameko_uses(headers: dict[str, str | float]) -> None:
    data = call_frames(1, "a.b", b"x", correlation_id="7", expires_ms=5, headers=headers, frame_limit=LIMIT)
    size, _ = pika.frame.decode_frame(data)
    length = struct.unpack_from(">I", data, size + 3)[0]
    payload = data[size + 7 : size + 7 + length]
    read, _ = amqp.serialization.loads("ssF", payload, 14)  # after class, weight, size and flags
    assert read == ["application/json", "utf-8", headers]


def test_a_name_amqp_cannot_carry_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(ValueError, match="longer than AMQP allows"):
        call_frames(1, "a.b", b"", correlation_id="x" * 256, expires_ms=1, headers={}, frame_limit=LIMIT)


@given(
    st.builds(
        spec.BasicProperties,
        content_type=st.none() | names,
        content_encoding=st.none() | names,
        headers=st.none() | st.dictionaries(names, st.text(max_size=20), max_size=3),
        delivery_mode=st.none() | st.integers(0, 255),
        priority=st.none() | st.integers(0, 255),
        correlation_id=st.none() | names,
        reply_to=st.none() | names,
        message_id=st.none() | names,
    )
)
def test_the_correlation_id_is_found_among_any_properties(properties: spec.BasicProperties) -> None:
    payload = struct.pack(">HxxQ", spec.BasicProperties.INDEX, 5) + b"".join(properties.encode())
    assert correlation_of(payload) == (properties.correlation_id or "")


def message(kind: type, correlation: str, body: bytes, channel: int = 1, part: int = LIMIT) -> bytes:
    """A message as the broker sends it, its body cut into parts."""
    method = (
        spec.Basic.Deliver(consumer_tag="t", delivery_tag=1, exchange="", routing_key="k")
        if kind is spec.Basic.Deliver
        else spec.Basic.Return(reply_code=312, reply_text="NO_ROUTE", exchange="nameko-rpc", routing_key="k")
    )
    pieces = [
        pika.frame.Method(channel, method).marshal(),
        pika.frame.Header(channel, len(body), spec.BasicProperties(correlation_id=correlation)).marshal(),
        *(pika.frame.Body(channel, body[at : at + part]).marshal() for at in range(0, len(body), part)),
    ]
    return b"".join(pieces)


class Told:
    """Remembers what a FrameReader told."""

    def __init__(self) -> None:
        self.answers: list[tuple[str, bytes]] = []
        self.returns: list[str] = []
        self.others: list[bytes] = []
        self.reader = FrameReader(
            lambda correlation, body: self.answers.append((correlation, body)), self.returns.append, self.others.append
        )
        self.reader.channel = 1


@given(
    bodies=st.lists(st.binary(max_size=200), min_size=1, max_size=5),
    part=st.integers(1, 64),
    chunks=st.lists(st.integers(1, 90), min_size=1, max_size=8),
)
def test_replies_are_whole_however_the_stream_is_cut(bodies: list[bytes], part: int, chunks: list[int]) -> None:
    told = Told()
    heartbeat = pika.frame.Heartbeat().marshal()
    stream = heartbeat.join(
        message(spec.Basic.Deliver, str(number), body, part=part) for number, body in enumerate(bodies)
    )
    at = 0
    while at < len(stream):
        step = chunks[at % len(chunks)]
        told.reader.feed(stream[at : at + step])
        at += step
    assert told.answers == [(str(number), body) for number, body in enumerate(bodies)]
    assert told.others == [heartbeat] * (len(bodies) - 1)


def test_a_returned_call_is_no_answer() -> None:
    told = Told()
    told.reader.feed(
        message(spec.Basic.Deliver, "1", b"yes")
        + message(spec.Basic.Return, "2", b"the call itself")
        + message(spec.Basic.Deliver, "3", b"")
    )
    assert told.answers == [("1", b"yes"), ("3", b"")]
    assert told.returns == ["2"]


def test_frames_of_other_channels_go_on_untouched() -> None:
    told = Told()
    event = message(spec.Basic.Deliver, "9", b"an event", channel=2)
    told.reader.feed(event + message(spec.Basic.Deliver, "1", b"yes"))
    assert b"".join(told.others) == event
    assert told.answers == [("1", b"yes")]


def test_a_method_of_the_channel_itself_goes_on_untouched() -> None:
    told = Told()
    closing = pika.frame.Method(1, spec.Channel.Close(404, "NOT_FOUND", 60, 40)).marshal()
    told.reader.feed(closing)
    assert told.others == [closing]


def test_a_frame_without_its_end_is_no_frame() -> None:
    told = Told()
    broken = message(spec.Basic.Deliver, "1", b"yes")[:-1] + b"\0"
    with pytest.raises(BrokenFrame):
        told.reader.feed(broken)
