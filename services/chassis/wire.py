"""The field kinds every wire format is made of.

marshmallow 4. What is accepted refuses unknown fields; what is heard from others ignores them. Everything dumps to
strings, whole numbers, booleans, lists and mappings: nothing that a JSON reader could round.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

import marshmallow
from marshmallow import EXCLUDE, RAISE, ValidationError, fields

MOST_MONEY = Decimal("9999999999999999.99")
_MONEY = re.compile(r"-?(0|[1-9]\d{0,15})(\.\d{1,2})?\Z")
_DIGEST = re.compile(r"[0-9a-f]{64}\Z")
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")


def _invalid(sentence: str) -> dict[str, Any]:
    return {"invalid": sentence}


class Schema(marshmallow.Schema):
    """What we accept and what we say: an unknown field is an error."""

    class Meta:
        unknown = RAISE


class Heard(marshmallow.Schema):
    """What we hear from others: fields we do not know are theirs to add."""

    class Meta:
        unknown = EXCLUDE


class Money(fields.Field[Decimal]):
    """Yuan with two places: `Decimal` inside, a string such as "8400000.00" on the wire. Never a float."""

    default_error_messages = _invalid('Money is a string of yuan with at most two places, such as "8400000.00".')

    def __init__(self, *, negative: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.negative = negative

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else f"{Decimal(value):.2f}"

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Decimal:
        if not isinstance(value, str) or not _MONEY.match(value):
            raise self.make_error("invalid")
        try:
            amount = Decimal(value).quantize(Decimal("0.01"))
        except InvalidOperation as error:
            raise self.make_error("invalid") from error
        if abs(amount) > MOST_MONEY or (amount < 0 and not self.negative):
            raise self.make_error("invalid")
        return amount


class Ratio(fields.Field[Decimal]):
    """An exact decimal number as a string, such as "0.15" or "33.5"; bounded digits, never a float."""

    default_error_messages = _invalid('A number is a string of digits with a point, such as "0.15".')

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else format(Decimal(value), "f")

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Decimal:
        if not isinstance(value, str) or not re.match(r"-?\d{1,15}(\.\d{1,10})?\Z", value):
            raise self.make_error("invalid")
        return Decimal(value)


class Moment(fields.Field[datetime]):
    """An instant: aware UTC `datetime` inside, "2026-05-11T01:00:00Z" (with microseconds where there are any) on the
    wire.
    """

    default_error_messages = _invalid('A moment is ISO 8601 with its zone, such as "2026-05-11T01:00:00Z".')

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else moment_text(value)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> datetime:
        if not isinstance(value, str) or len(value) > 40:
            raise self.make_error("invalid")
        try:
            found = datetime.fromisoformat(value)
        except ValueError as error:
            raise self.make_error("invalid") from error
        if found.tzinfo is None:
            raise self.make_error("invalid")
        try:
            return found.astimezone(UTC)
        except OverflowError as error:
            raise self.make_error("invalid") from error


class Day(fields.Date):
    """A calendar day of Beijing, "2026-05-11"."""


class Id(fields.String):
    """A uuid as text, lower case."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text is None or not _ID.match(text.lower()):
            raise ValidationError('An id is a uuid such as "6f1c0f9e-0d5c-4f5e-9f0a-3a1e0c7b2d11".')
        return text.lower()


class Digest(fields.String):
    """A SHA-256 as 64 lower-case hexadecimal digits."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text is None or not _DIGEST.match(text):
            raise ValidationError("A digest is the SHA-256 in 64 lower-case hexadecimal digits.")
        return text


class Text(fields.String):
    """A text people wrote: trimmed, bounded (`most` characters, 200 unless told), without control characters."""

    def __init__(self, *, most: int = 200, least: int = 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most
        self.least = least

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        text = (text or "").strip()
        if any(ord(each) < 32 and each not in "\n\t" for each in text) or "\x7f" in text:
            raise ValidationError("Control characters are not allowed.")
        if not self.least <= len(text) <= self.most:
            raise ValidationError(f"Must be {self.least} to {self.most} characters long; this is {len(text)}.")
        return text


@cache
def shape(schema: type[marshmallow.Schema]) -> marshmallow.Schema:
    """One instance of each schema: making one copies every field, and neither loading nor dumping keeps anything."""
    return schema()


def moment_text(moment: datetime) -> str:
    """An aware datetime as ISO 8601 in UTC with a Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
