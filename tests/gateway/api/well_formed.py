"""A request that is well formed by its schema alone: what must be given, in the simplest value that passes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import marshmallow
from marshmallow import fields as kinds
from marshmallow import validate

IDENTIFIER = "00000000-0000-4000-8000-000000000000"
TRIED: tuple[Any, ...] = (
    IDENTIFIER, "x", 1, True, "1.00", "0.10", "2026-01-05", "2026-01-05T09:00:00Z", "sha256:" + "0" * 64, "0" * 64,
    "AAAA", "A01", "A010101", "91220101MA00000009", "a@example.org", "https://example.org/", "2026-01", "220000", {},
    [], ["x"], 0, 2026, "13800000000", "A" * 43, "A" * 86,
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
)  # fmt: skip
"""Values in the shapes the suite's fields have; the first that a field takes is given."""


def simplest(schema: marshmallow.Schema, named: Collection[str] = ()) -> dict[str, Any]:
    """The required fields of a schema and those `named`, each with a value it takes.

    Raises LookupError naming the field that takes none of the values tried.
    """
    return {
        each.data_key or name: _value(name, each)
        for name, each in schema.fields.items()
        if each.required or name in named
    }


def _value(name: str, field: kinds.Field[Any]) -> Any:
    if isinstance(field, kinds.Nested):
        made = simplest(field.schema)
        return [made] if field.many else made
    if isinstance(field, kinds.List):
        return [_value(name, field.inner)] * max(1, 1, *(each.min or 1 for each in _lengths(field)))
    for rule in field.validators:
        if isinstance(rule, validate.OneOf):
            return next(iter(rule.choices))
    for value in _lengthened(field):
        try:
            field.deserialize(value)
        except (marshmallow.ValidationError, TypeError, ValueError):
            continue
        return value
    raise LookupError(f"no value is known that {name} ({type(field).__name__}) takes")


def _lengthened(field: kinds.Field[Any]) -> list[Any]:
    least = max((each.min or 0 for each in _lengths(field)), default=0)
    ranged = [each.min for each in field.validators if isinstance(each, validate.Range) and each.min is not None]
    return [*TRIED, "x" * least, *(_plain(each) for each in ranged)]


def _lengths(field: kinds.Field[Any]) -> list[validate.Length]:
    return [each for each in field.validators if isinstance(each, validate.Length)]


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
