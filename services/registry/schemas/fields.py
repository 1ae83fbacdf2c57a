"""The trade's own fields of the registry's wire format, and its vocabularies.

Identifiers are narrowed on the way in: full-width digits and letters, blanks, dots, hyphens and case never make two
codes out of one.
"""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, fields, validate

from services.chassis.wire import Schema, Text
from services.registry.rules.certificate_use import PURPOSES
from services.registry.rules.recusal import POSITIONS, RELATIONS
from services.registry.rules.supplier_file import DOCUMENT_KINDS, SIZES

KINDS: Final = ("centre", "purchaser", "supplier", "finance", "hall", "agency")
BUDGET_LEVELS: Final = ("centre", "province", "city", "county")
LANGUAGES: Final = ("zh", "en")
RULE_KINDS: Final = ("threshold", "centralised_catalogue", "category")
REVOCATION_REASONS: Final = ("key_compromise", "lost", "superseded", "left", "authority_list", "other")

_CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}\Z")
_CATEGORY = re.compile(r"[ABC](?:\d{2}){0,5}\Z")
_PHONE = re.compile(r"\+?\d{5,20}\Z")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+\Z")
_B64URL = re.compile(r"[A-Za-z0-9_-]+\Z")


def narrowed(code: str) -> str:
    """An identifier as it is kept: full-width characters narrowed, blanks, dots and hyphens dropped, upper case."""
    kept = unicodedata.normalize("NFKC", code)
    return "".join(each for each in kept if not each.isspace() and each not in "-.·‐").upper()


class _Narrowed(fields.String):
    """A text that is narrowed and then must fit a pattern."""

    pattern: re.Pattern[str]
    right = ""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text is None or len(text) > 60:
            raise ValidationError(self.right)
        text = self.narrow(text)
        if not self.pattern.match(text):
            raise ValidationError(self.right)
        return text

    def narrow(self, text: str) -> str:
        return narrowed(text)


class CreditCode(_Narrowed):
    """A unified social credit code (统一社会信用代码) by its shape; `rules.credit_code` checks the digit."""

    pattern = _CREDIT_CODE
    right = "A unified social credit code has 18 digits and capital letters (no I, O, S, V, Z)."


class Category(_Narrowed):
    """A category code (品目): A, B or C and up to five pairs of digits."""

    pattern = _CATEGORY
    right = 'A category is A, B or C and up to five pairs of digits, such as "A02010104".'


class Phone(_Narrowed):
    """A telephone number: digits, with + for a country."""

    pattern = _PHONE
    right = "A telephone number has 5 to 20 digits, with + before a country's."

    def narrow(self, text: str) -> str:
        return narrowed(text).replace("(", "").replace(")", "")


class BankAccount(_Narrowed):
    """A bank account number, digits."""

    pattern = re.compile(r"\d{8,32}\Z")
    right = "A bank account has 8 to 32 digits."


class Email(_Narrowed):
    """An e-mail address; the part behind the @ in lower case."""

    pattern = _EMAIL
    right = 'An e-mail address looks like "name@example.cn".'

    def narrow(self, text: str) -> str:
        name, at, host = unicodedata.normalize("NFKC", text).strip().partition("@")
        return name + at + host.lower()


class Base64url(fields.String):
    """Bytes as base64url without padding, `most` characters at most."""

    def __init__(self, *, most: int = 2000, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.most = most

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text is None or len(text) > self.most or not _B64URL.match(text):
            raise ValidationError("Bytes are written in base64url without padding.")
        return text


class Pem(fields.String):
    """A PEM text of at most 16,000 characters."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text is None or len(text) > 16_000 or not text.strip().startswith("-----BEGIN "):
            raise ValidationError("This is a PEM text, beginning with -----BEGIN.")
        return text.strip() + "\n"


class Percent(fields.String):
    """A share in percent as a string with up to two places, "0.01" to "100"."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text is None or not re.match(r"(100(\.00?)?|\d{1,2}(\.\d{1,2})?)\Z", text) or not text.strip("0."):
            raise ValidationError('A share is a percentage above 0 and up to 100, such as "12.50".')
        return text


def one_of(choices: tuple[str, ...], **kwargs: Any) -> fields.String:
    """A word out of these."""
    return fields.String(validate=validate.OneOf(choices), **kwargs)


def many(inner: Any, most: int, least: int = 0, **kwargs: Any) -> fields.List[Any]:
    """A list of at least `least` and at most `most`."""
    return fields.List(inner, validate=validate.Length(least, most), **kwargs)


def word(most: int = 60, **kwargs: Any) -> fields.String:
    """A short code of ours (role, function, ground): letters, digits, dot, underscore, hyphen."""
    return fields.String(validate=validate.Regexp(rf"[A-Za-z0-9._-]{{1,{most}}}\Z"), **kwargs)


class Page(Schema):
    """Where a list goes on: at most `limit` items after the cursor a former answer gave."""

    after = Text(most=80, load_default=None, allow_none=True)
    limit = fields.Integer(strict=True, load_default=50, validate=validate.Range(1, 200))


__all__ = [
    "BUDGET_LEVELS",
    "DOCUMENT_KINDS",
    "KINDS",
    "LANGUAGES",
    "POSITIONS",
    "PURPOSES",
    "RELATIONS",
    "REVOCATION_REASONS",
    "RULE_KINDS",
    "SIZES",
    "BankAccount",
    "Base64url",
    "Category",
    "CreditCode",
    "Email",
    "Page",
    "Pem",
    "Percent",
    "Phone",
    "many",
    "narrowed",
    "one_of",
    "word",
]
