"""One value, one byte string: canonical JSON after RFC 8785, restricted so that nothing is left to choice.

Allowed: `str`, `int` within ±(2⁵³−1), `bool`, `None`, `list`, and `dict` with ASCII string keys. Floats are refused
(money is a string), and so are larger integers, because a browser would read them back changed. Object members
are sorted by key, there is no white space, strings keep their characters in UTF-8 and escape only what JSON makes them
escape. With ASCII keys, RFC 8785's sorting by UTF-16 code units is plain sorting.

>>> canonical({"b": 1, "a": ["阳光", None, True]}).decode()
'{"a":["阳光",null,true],"b":1}'
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from services.protocol.reasons import ProtocolError

LARGEST_INTEGER = 2**53 - 1
DEEPEST = 32
"""How many lists and objects may be nested."""


_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical(value: Any) -> bytes:
    """The canonical bytes of `value`. Raises `ProtocolError` naming the place of the first thing not allowed."""
    _check(value, "$", 0)
    return _ENCODER.encode(value).encode("utf-8")


def digest(value: Any) -> str:
    """SHA-256 of the canonical bytes, lower-case hex (64 characters)."""
    return hashlib.sha256(canonical(value)).hexdigest()


def parse(data: bytes) -> Any:
    """Read canonical bytes back; anything that is not exactly canonical is refused (`json_not_canonical`).

    So equal digests mean equal values, and no reader can see two values in one byte string.
    """
    value = parse_any(data)
    if canonical(value) != data:
        raise ProtocolError("json_not_canonical", "the JSON is not in its canonical form")
    return value


def parse_any(data: bytes | str) -> Any:
    """Read JSON written in any layout, refusing what `canonical` refuses and doubled keys (`json_malformed`)."""
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else data
        value = json.loads(text, object_pairs_hook=_no_doubles, parse_float=_no_float, parse_constant=_no_float)
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ProtocolError("json_malformed", "this is not JSON in UTF-8") from error
    except ProtocolError:
        raise
    except ValueError as error:  # an integer with more digits than Python reads
        raise ProtocolError("json_malformed", "this is not JSON in UTF-8") from error
    _check(value, "$", 0)
    return value


def _check(value: Any, place: str, depth: int) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        _check_text(value, place)
    elif isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise ProtocolError("json_integer_too_large", f"{place}: an integer beyond 2^53-1; write it as a string",
                                place=place)
    elif isinstance(value, (list, dict)):
        if depth >= DEEPEST:
            raise ProtocolError("json_too_deep", f"{place}: nested deeper than {DEEPEST}", place=place)
        if isinstance(value, list):
            for position, item in enumerate(value):
                if _is_plain(item):
                    continue
                _check(item, f"{place}[{position}]", depth + 1)
        else:
            for key, item in value.items():
                if not isinstance(key, str) or not key.isascii():
                    raise ProtocolError("json_key_not_ascii", f"{place}: every key is an ASCII string", place=place)
                if _is_plain(item):
                    continue
                _check(item, f"{place}.{key}", depth + 1)
    else:
        kind = type(value).__name__
        raise ProtocolError("json_type_not_allowed", f"{place}: {kind} is not allowed in canonical JSON",
                            place=place, kind=kind)


def _is_plain(item: Any) -> bool:
    """Whether this is what most values are, text in ASCII: allowed wherever it stands, so no place need be named."""
    return type(item) is str and item.isascii()


def _check_text(text: str, place: str) -> None:
    if not text.isascii():
        try:
            text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise ProtocolError("json_text_malformed", f"{place}: the text holds half a character (a lone surrogate)",
                                place=place) from error


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ProtocolError("json_doubled_key", "an object names one key twice")
    return members


def _no_float(text: str) -> Any:
    raise ProtocolError("json_type_not_allowed", f"{text}: floats are not allowed in canonical JSON",
                        place=text, kind="float")
