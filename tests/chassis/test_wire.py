"""The field kinds of the wire: exact, bounded, and clear about what is right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError

from services.chassis.wire import Digest, Heard, Id, Moment, Money, Ratio, Schema, Text


class Everything(Schema):
    money = Money()
    ratio = Ratio()
    moment = Moment()
    id = Id()
    digest = Digest()
    text = Text(most=10)


class Lenient(Heard):
    money = Money()


FEN = st.integers(min_value=0, max_value=10**17).map(lambda fen: Decimal(fen) / 100)
MOMENTS = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001  the zone is put on below
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001  the zone is put on below
    timezones=st.just(UTC),
)


@given(FEN)
def test_money_comes_back_to_the_fen(amount: Decimal) -> None:
    text = Everything().dump({"money": amount})["money"]
    assert Everything().load({"money": text})["money"] == amount


@given(MOMENTS, st.integers(-12, 14))
def test_a_moment_comes_back_whatever_zone_it_was_written_in(moment: datetime, hours: int) -> None:
    from datetime import timezone

    written = moment.astimezone(timezone(timedelta(hours=hours))).isoformat()
    assert Everything().load({"moment": written})["moment"] == moment
    assert Everything().load(Everything().dump({"moment": moment}))["moment"] == moment


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("money", 1.5), ("money", 1), ("money", "1.005"), ("money", "-1"), ("money", "1e3"), ("money", "１２"),
        ("money", "NaN"), ("money", "1" * 30), ("money", " 1"), ("money", "01"), ("ratio", 0.1), ("ratio", "1/3"),
        ("moment", "2026-05-11T01:00:00"), ("moment", "yesterday"), ("moment", 1778461200), ("moment", "9" * 60),
        ("id", "1"), ("id", "6F1C0F9E_0D5C_4F5E_9F0A_3A1E0C7B2D11"), ("digest", "ABC"), ("digest", "g" * 64),
        ("text", ""), ("text", "   "), ("text", "12345678901"), ("text", "a\x07b"), ("text", 5),
    ],
)  # fmt: skip
def test_what_is_not_right_is_refused_beside_its_field(field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        Everything().load({field: value})
    assert list(caught.value.normalized_messages()) == [field]


def test_an_id_is_the_same_in_either_case() -> None:
    text = "6F1C0F9E-0D5C-4F5E-9F0A-3A1E0C7B2D11"
    assert Everything().load({"id": text})["id"] == text.lower()


def test_what_we_accept_refuses_unknown_fields_and_what_we_hear_ignores_them() -> None:
    with pytest.raises(ValidationError):
        Everything().load({"colour": "blue"})
    assert Lenient().load({"money": "1.00", "colour": "blue"}) == {"money": Decimal("1.00")}
