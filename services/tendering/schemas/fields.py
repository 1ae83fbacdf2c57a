"""The trade's own fields of the wire format, and its vocabularies."""

from __future__ import annotations

import re
from typing import Any, Final

from marshmallow import fields, validate

from services.chassis.wire import Schema, Text

OBJECTS: Final = ("goods", "services", "works")
BUDGET_LEVELS: Final = ("centre", "province", "city", "county")
FACTOR_KINDS: Final = ("price", "subjective", "objective")
METHODS: Final = ("comprehensive_scoring", "lowest_evaluated_price", "negotiated_price")
SEATS: Final = ("centre", "purchaser", "supervisor")
_CATEGORY = re.compile(r"[ABC](?:\d{2}){1,5}\Z")


def one_of(choices: tuple[str, ...], **kwargs: Any) -> fields.String:
    """A word out of these."""
    return fields.String(validate=validate.OneOf(choices), **kwargs)


def many(inner: Any, most: int, least: int = 0, **kwargs: Any) -> fields.List[Any]:
    """A list of at least `least` and at most `most`."""
    return fields.List(inner, validate=validate.Length(least, most), **kwargs)


def word(most: int = 60, **kwargs: Any) -> fields.String:
    """A short code of ours: letters, digits, dot, underscore, hyphen."""
    return fields.String(validate=validate.Regexp(rf"[A-Za-z0-9._-]{{1,{most}}}\Z"), **kwargs)


def category(**kwargs: Any) -> fields.String:
    """A category code (品目): A, B or C and up to five pairs of digits."""
    return fields.String(validate=validate.Regexp(_CATEGORY), **kwargs)


def count(most: int, least: int = 0, **kwargs: Any) -> fields.Integer:
    """A whole number within bounds."""
    return fields.Integer(strict=True, validate=validate.Range(least, most), **kwargs)


def flag(**kwargs: Any) -> fields.Boolean:
    """True or false, nothing that merely looks like it."""
    return fields.Boolean(truthy={True}, falsy={False}, **kwargs)


def maybe(kind: Any, **kwargs: Any) -> Any:
    """A field that may be absent or null."""
    return kind(load_default=None, allow_none=True, **kwargs)


class Page(Schema):
    """Where a list goes on: at most `limit` items after the cursor a former answer gave."""

    after = Text(most=80, load_default=None, allow_none=True)
    limit = count(200, 1, load_default=50)
