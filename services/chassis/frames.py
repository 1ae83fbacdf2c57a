"""The two things a service writes thousands of times a second, as AMQP 0-9-1 frames: an answer and an acknowledgement.

py-amqp codes any method with any properties and takes 60 µs for it; these two have one shape each. Everything else on
the connection is py-amqp's. `tests/chassis/test_frames.py` holds both against py-amqp's own coding.
"""

from __future__ import annotations

import struct

FRAME = struct.Struct(">BHI")
_HEADER = struct.Struct(">HHQH")
_ACK = struct.Struct(">BHIHHQBB")
METHOD, CONTENT, BODY, _END = 1, 2, 3, b"\xce"
_BASIC, _PUBLISH, _ACKNOWLEDGE = 60, 40, 80
OVERHEAD = FRAME.size + len(_END)
_FLAGS = 0x8000 | 0x4000 | 0x1000 | 0x0400  # content type, content encoding, delivery mode, correlation id
_TRANSIENT = b"\x01"


def _short(text: str) -> bytes:
    octets = text.encode()
    if len(octets) > 255:
        raise ValueError("longer than AMQP allows a short string (255 octets)")
    return bytes((len(octets),)) + octets


_LEAD = _short("application/json") + _short("utf-8") + _TRANSIENT
_PUBLISHES = struct.pack(">HHH", _BASIC, _PUBLISH, 0)


def answer_frames(
    channel: int, exchange: str, routing_key: str, correlation_id: str, body: bytes, frame_max: int
) -> bytes:
    """A transient basic.publish of a JSON body; frame_max: the largest frame agreed with the broker, in octets.

    Raises ValueError for a name over 255 octets. Source: AMQP 0-9-1, 4.2.3 and 4.2.6.
    """
    method = _PUBLISHES + _short(exchange) + _short(routing_key) + b"\x00"
    header = _HEADER.pack(_BASIC, 0, len(body), _FLAGS) + _LEAD + _short(correlation_id)
    pieces = [
        FRAME.pack(METHOD, channel, len(method)), method, _END,
        FRAME.pack(CONTENT, channel, len(header)), header, _END,
    ]  # fmt: skip
    room = frame_max - OVERHEAD
    for start in range(0, len(body), room):
        part = body[start : start + room]
        pieces += (FRAME.pack(BODY, channel, len(part)), part, _END)
    return b"".join(pieces)


def ack_frame(channel: int, delivery_tag: int) -> bytes:
    """basic.ack of one delivery."""
    return _ACK.pack(METHOD, channel, 13, _BASIC, _ACKNOWLEDGE, delivery_tag, 0, 0xCE)
