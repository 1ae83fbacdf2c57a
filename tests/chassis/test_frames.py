"""The frames the chassis writes by hand are the frames py-amqp would have written."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import amqp
import pytest
from amqp.method_framing import frame_writer
from hypothesis import given
from hypothesis import strategies as st

from services.chassis.frames import ack_frame, answer_frames

SHORT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


class _Wire:
    """py-amqp's own writer on a transport that keeps what it is given."""

    def __init__(self, frame_max: int) -> None:
        self.octets = bytearray()
        connection: Any = SimpleNamespace(frame_max=frame_max, bytes_sent=0, blocked=False, client_properties=None)
        self._write = frame_writer(connection, self)

    def write(self, octets: Any) -> None:
        self.octets += octets


@given(SHORT, SHORT, SHORT, st.binary(max_size=3000), st.integers(1, 2047), st.sampled_from((200, 1000, 131072)))
def test_an_answer_is_written_as_py_amqp_writes_it(
    exchange: str, key: str, correlation: str, body: bytes, number: int, frame_max: int
) -> None:
    wire = _Wire(4096)
    message = amqp.Message(
        body, content_type="application/json", content_encoding="utf-8", correlation_id=correlation, delivery_mode=1
    )
    method = amqp.serialization.dumps("Bssbb", (0, exchange, key, False, False))
    wire._write(1, number, amqp.spec.Basic.Publish, method, message)
    assert _whole(answer_frames(number, exchange, key, correlation, body, frame_max)) == _whole(bytes(wire.octets))


@given(st.integers(1, 2047), st.integers(1, 2**63))
def test_an_acknowledgement_is_written_as_py_amqp_writes_it(number: int, tag: int) -> None:
    wire = _Wire(4096)
    wire._write(1, number, amqp.spec.Basic.Ack, amqp.serialization.dumps("Lb", (tag, False)), None)
    assert ack_frame(number, tag) == bytes(wire.octets)


@pytest.mark.parametrize("frame_max", [64, 4096])
def test_a_body_larger_than_a_frame_goes_in_several_none_too_large(frame_max: int) -> None:
    octets = answer_frames(1, "", "reply", "c", b"x" * 10_000, frame_max)
    bodies = [payload for kind, _, payload in _frames(octets) if kind == 3]
    assert b"".join(bodies) == b"x" * 10_000
    assert max(len(each) for each in bodies) == frame_max - 8


def test_a_name_longer_than_amqp_allows_is_refused() -> None:
    with pytest.raises(ValueError, match="255"):
        answer_frames(1, "", "x" * 256, "c", b"", 4096)


def _frames(octets: bytes) -> list[tuple[int, int, bytes]]:
    found, at = [], 0
    while at < len(octets):
        kind, channel = octets[at], int.from_bytes(octets[at + 1 : at + 3])
        length = int.from_bytes(octets[at + 3 : at + 7])
        found.append((kind, channel, octets[at + 7 : at + 7 + length]))
        assert octets[at + 7 + length] == 0xCE
        at += 8 + length
    return found


def _whole(octets: bytes) -> tuple[Any, ...]:
    """Method, header and the joined body: how a body is cut may differ."""
    frames = _frames(octets)
    return frames[0], frames[1], b"".join(payload for _, _, payload in frames[2:])
