"""How does a call look on the wire, and which call does an incoming frame answer?

AMQP 0-9-1 frames (section 4.2 of the specification): one octet of type, two of channel, four of length, the payload,
one octet 0xCE. pika reads and writes every frame of the connection except the two kinds that come thousands of times a
second: outgoing calls and incoming replies. The tests hold both directions against pika's own coding.
"""

import struct
from collections.abc import Callable, Mapping
from functools import lru_cache

from pika import spec

EXCHANGE = "nameko-rpc"
REPLY_TO = "amq.rabbitmq.reply-to"

_FRAME = struct.Struct(">BHI")
_CONTENT = struct.Struct(">HHQH")
_DOUBLE = struct.Struct(">cd")
_LONG = struct.Struct(">I")
_SHORT = struct.Struct(">H")
_FRAME_END = b"\xce"
_OVERHEAD = _FRAME.size + len(_FRAME_END)

_PROPERTIES = spec.BasicProperties
_FLAGS = (
    _PROPERTIES.FLAG_CONTENT_TYPE
    | _PROPERTIES.FLAG_CONTENT_ENCODING
    | _PROPERTIES.FLAG_HEADERS
    | _PROPERTIES.FLAG_CORRELATION_ID
    | _PROPERTIES.FLAG_REPLY_TO
    | _PROPERTIES.FLAG_EXPIRATION
)
_DELIVER = struct.pack(">I", spec.Basic.Deliver.INDEX)
_RETURN = struct.pack(">I", spec.Basic.Return.INDEX)


def _short_string(text: str) -> bytes:
    encoded = text.encode()
    if len(encoded) > 255:
        raise ValueError(f"longer than AMQP allows here (255 octets): {text[:40]}…")
    return bytes((len(encoded),)) + encoded


_LEAD = _short_string("application/json") + _short_string("utf-8")
_REPLY_TO = _short_string(REPLY_TO)
_header_name = lru_cache(maxsize=64)(_short_string)


def _table(headers: Mapping[str, str | float]) -> bytes:
    entries = []
    for name, value in headers.items():
        if isinstance(value, str):
            text = value.encode()
            entries.append(_header_name(name) + b"S" + _LONG.pack(len(text)) + text)
        else:
            entries.append(_header_name(name) + _DOUBLE.pack(b"d", value))
    body = b"".join(entries)
    return _LONG.pack(len(body)) + body


@lru_cache(maxsize=4096)
def _publish(channel: int, routing_key: str) -> bytes:
    """The Basic.Publish frame: mandatory, so that a department that is away is known at once."""
    method = spec.Basic.Publish(exchange=EXCHANGE, routing_key=routing_key, mandatory=True)
    payload = struct.pack(">I", method.INDEX) + b"".join(method.encode())
    return _FRAME.pack(spec.FRAME_METHOD, channel, len(payload)) + payload + _FRAME_END


def call_frames(
    channel: int,
    routing_key: str,
    body: bytes,
    *,
    correlation_id: str,
    expires_ms: int,
    headers: Mapping[str, str | float],
    frame_limit: int,
) -> bytes:
    """Return all frames of one call, ready to be written.

    `frame_limit` is the largest frame agreed with the broker, in octets. Raises ValueError for a name over 255 octets.
    """
    properties = b"".join(
        (
            _CONTENT.pack(_PROPERTIES.INDEX, 0, len(body), _FLAGS),
            _LEAD,
            _table(headers),
            _short_string(correlation_id),
            _REPLY_TO,
            _short_string(str(expires_ms)),
        )
    )
    pieces = [
        _publish(channel, routing_key),
        _FRAME.pack(spec.FRAME_HEADER, channel, len(properties)),
        properties,
        _FRAME_END,
    ]
    room = frame_limit - _OVERHEAD
    for start in range(0, len(body), room):
        part = body[start : start + room]
        pieces += (_FRAME.pack(spec.FRAME_BODY, channel, len(part)), part, _FRAME_END)
    return b"".join(pieces)


def correlation_of(payload: bytes) -> str:
    """Return the correlation id in the payload of a content header frame, or "" where it has none."""
    _, _, _, flags = _CONTENT.unpack_from(payload)
    if not flags & _PROPERTIES.FLAG_CORRELATION_ID or flags & 1:
        return ""
    at = _CONTENT.size
    for flag in (_PROPERTIES.FLAG_CONTENT_TYPE, _PROPERTIES.FLAG_CONTENT_ENCODING):
        if flags & flag:
            at += 1 + payload[at]
    if flags & _PROPERTIES.FLAG_HEADERS:
        at += _LONG.size + int(_LONG.unpack_from(payload, at)[0])
    at += bool(flags & _PROPERTIES.FLAG_DELIVERY_MODE) + bool(flags & _PROPERTIES.FLAG_PRIORITY)
    return payload[at + 1 : at + 1 + payload[at]].decode("utf-8", "replace")


class BrokenFrame(Exception):
    """What came is no AMQP frame; the connection cannot go on."""


class FrameReader:
    """Cuts the incoming octets into frames, keeps the replies and the returned calls, hands on the rest.

    `answered(correlation_id, body)` and `returned(correlation_id)` are told of messages on `channel` (0: none yet);
    `other(frame)` gets every other frame whole.
    """

    def __init__(
        self,
        answered: Callable[[str, bytes], None],
        returned: Callable[[str], None],
        other: Callable[[bytes], None],
    ) -> None:
        self.channel = 0
        self._answered = answered
        self._returned = returned
        self._other = other
        self._left = b""
        self._is_return = False
        self._correlation = ""
        self._missing = 0
        self._parts: list[bytes] = []

    def feed(self, data: bytes) -> None:
        """Take in what was read. Raises BrokenFrame."""
        octets = self._left + data if self._left else data
        at, size, ours = 0, len(octets), self.channel
        while size - at >= _OVERHEAD:
            kind, channel, length = _FRAME.unpack_from(octets, at)
            start = at + _FRAME.size
            end = start + length
            if end >= size:
                break
            if octets[end] != 0xCE:
                raise BrokenFrame("a frame lacks its end octet")
            if channel == 0 or channel != ours:
                self._other(octets[at : end + 1])
            elif kind == spec.FRAME_BODY:
                self._body(octets[start:end])
            elif kind == spec.FRAME_HEADER:
                self._header(octets[start:end])
            else:
                method = octets[start : start + 4]
                if method in (_DELIVER, _RETURN):
                    self._is_return = method == _RETURN
                else:
                    self._other(octets[at : end + 1])
            at = end + 1
        self._left = octets[at:]

    def _header(self, payload: bytes) -> None:
        self._correlation = correlation_of(payload)
        self._missing = _CONTENT.unpack_from(payload)[2]
        if not self._missing:
            self._finish(b"")

    def _body(self, part: bytes) -> None:
        self._missing -= len(part)
        if self._missing > 0:
            self._parts.append(part)
        elif self._parts:
            body = b"".join((*self._parts, part))
            self._parts.clear()
            self._finish(body)
        else:
            self._finish(part)

    def _finish(self, body: bytes) -> None:
        if self._is_return:
            self._returned(self._correlation)
        else:
            self._answered(self._correlation, body)
