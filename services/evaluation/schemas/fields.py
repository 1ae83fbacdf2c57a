"""The field kinds evaluation has besides the chassis'."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, validate

from services.chassis.wire import Text

_POINTS = re.compile(r"\d{1,4}(\.\d{1,2})?\Z")


class Points(fields.Field[Decimal]):
    """Points with at most two places: `Decimal` inside, a string such as "26.5" on the wire."""

    default_error_messages = {  # noqa: RUF012  # marshmallow declares it so
        "invalid": 'Points are a string of digits with at most two places, such as "26.5".'
    }

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else f"{Decimal(value):.2f}"

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Decimal:
        if not isinstance(value, str) or not _POINTS.match(value):
            raise self.make_error("invalid")
        return Decimal(value)


class Json(fields.Field[Any]):
    """Anything JSON holds, as it is; canonical form is asked where it is signed."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if not isinstance(value, dict):
            raise ValidationError("A mapping is needed.")
        return value


def yes_no(**kwargs: Any) -> fields.Boolean:
    """True or false and nothing that merely looks like it."""
    return fields.Boolean(truthy={True}, falsy={False}, **kwargs)


def one_of(choices: tuple[str, ...], **kwargs: Any) -> fields.String:
    """One of these words."""
    return fields.String(validate=validate.OneOf(choices), **kwargs)


def many(inner: Any, most: int, least: int = 0, **kwargs: Any) -> fields.List[Any]:
    """A list of `least` to `most`."""
    return fields.List(inner, validate=validate.Length(min=least, max=most), **kwargs)


def written(most: int = 2000, **kwargs: Any) -> Text:
    """A reason in writing."""
    return Text(most=most, **kwargs)
