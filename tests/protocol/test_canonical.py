"""Canonical JSON: one value, one byte string."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.protocol import canonical, encoding, write_vectors
from services.protocol.reasons import ProtocolError

VECTORS = json.loads((write_vectors.FOLDER / "canonical.json").read_text("utf-8"))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
WHOLE = st.integers(-canonical.LARGEST_INTEGER, canonical.LARGEST_INTEGER)
KEY = st.text(st.characters(max_codepoint=127), max_size=5)
VALUES = st.recursive(st.none() | st.booleans() | WHOLE | TEXT,
                      lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEY, inner, max_size=4))


@pytest.mark.parametrize("one", VECTORS["values"], ids=lambda one: one["sha256"][:8])
def test_the_published_vectors(one: dict[str, Any]) -> None:
    assert canonical.canonical(one["value"]) == one["canonical"].encode()
    assert canonical.digest(one["value"]) == one["sha256"] == hashlib.sha256(one["canonical"].encode()).hexdigest()


@pytest.mark.parametrize("text", VECTORS["refused"], ids=lambda text: text[:20])
def test_what_is_not_allowed_is_refused_when_read(text: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        canonical.parse_any(text)
    assert refused.value.code.startswith("json_")


@pytest.mark.parametrize(("value", "code"), [
    (1.0, "json_type_not_allowed"), (Decimal("1.00"), "json_type_not_allowed"), (b"x", "json_type_not_allowed"),
    ((1,), "json_type_not_allowed"), ({1: 2}, "json_key_not_ascii"), ({"键": 1}, "json_key_not_ascii"),
    (2**53, "json_integer_too_large"), (-2**53, "json_integer_too_large"), ("\ud800", "json_text_malformed"),
    ({"a": [{"b": 0.5}]}, "json_type_not_allowed"),
])
def test_what_is_not_allowed_is_refused_when_written(value: Any, code: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        canonical.canonical(value)
    assert refused.value.code == code


def test_a_refusal_names_the_place() -> None:
    with pytest.raises(ProtocolError) as refused:
        canonical.canonical({"a": [1, {"price": 9.5}]})
    assert refused.value.figures == {"place": "$.a[1].price", "kind": "float"}


@pytest.mark.parametrize(("text", "expected"), [  # RFC 8785, section 3.2.2.2 and 3.2.3, as far as our restriction goes
    ('{"literals":[null,true,false],"string":"€$\\u000F\\u000aA\'B\\u0022\\u005c\\\\\\"\\/"}',
     '{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'),
    ('{"\\r":1,"1":2,"":3,"</script>":4}', '{"":3,"\\r":1,"1":2,"</script>":4}'),
])
def test_examples_of_the_rfc(text: str, expected: str) -> None:
    assert canonical.canonical(canonical.parse_any(text)).decode() == expected


@given(VALUES)
def test_what_is_written_reads_back_the_same(value: Any) -> None:
    assert canonical.parse(canonical.canonical(value)) == value


@given(VALUES, VALUES)
def test_different_values_have_different_bytes(one: Any, two: Any) -> None:
    same = json.dumps(one, sort_keys=True) == json.dumps(two, sort_keys=True)  # 1 and True are equal to Python only
    assert (canonical.canonical(one) == canonical.canonical(two)) == same


@pytest.mark.parametrize("written", [b' {"a":1}', b'{"a": 1}', b'{"b":1,"a":2}', b'"\\u0041"', b'"\\/"', b"-0", b"01",
                                     b'{"a":1}\n', b"\xff", b"", b"1" * 5000, b'"\\ud83d\\ude00"'])
def test_another_spelling_of_a_value_is_not_canonical(written: bytes) -> None:
    with pytest.raises(ProtocolError) as refused:
        canonical.parse(written)
    assert refused.value.code in {"json_not_canonical", "json_malformed"}


@given(st.binary(max_size=100))
def test_base64url_reads_back_and_has_one_spelling(data: bytes) -> None:
    text = encoding.b64url(data)
    assert encoding.from_b64url(text) == data
    for other in (text + "=", text + "A" * 3, text.replace("-", "+"), " " + text):
        if other != text:
            assert accepted(other) != data


def accepted(text: str) -> bytes | None:
    """The bytes a text stands for; None when it is refused."""
    try:
        return encoding.from_b64url(text)
    except ProtocolError:
        return None


@pytest.mark.parametrize("text", ["A", "AB", "AA=", "AA==", "A+", "A/", "阳", "AAAAA", "A\n", None, 5])
def test_base64url_with_padding_spare_bits_or_foreign_letters_is_refused(text: Any) -> None:
    assert accepted(text) is None


@pytest.mark.parametrize(("text", "good"), [
    ("2026-06-01T01:00:00Z", True), ("2026-06-01T01:00:00.123456Z", True), ("2026-06-01T01:00:00", False),
    ("2026-06-01T01:00:00+00:00", False), ("2026-6-1T01:00:00Z", False), ("2026-13-01T01:00:00Z", False),
    ("2026-06-01T24:30:00Z", False), ("2026-06-01 01:00:00Z", False), ("2026-06-01T01:00:00Z\n", False), (None, False),
])
def test_a_moment_is_utc_with_a_z(text: str | None, good: bool) -> None:
    assert encoding.is_moment(text) is good
