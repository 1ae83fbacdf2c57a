"""Why a protocol said no: one sentence that remembers its code and its figures.

>>> reason = Reason("digest_differs", "the digest is not the one that was signed")
>>> reason == "the digest is not the one that was signed", reason.code
(True, 'digest_differs')
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Self


class Reason(str):
    """An English sentence, usable wherever a `str` is, with `code` and `figures` beside it.

    `code` is stable snake_case and a key of `words.json`; `figures` fills in the translated sentence.
    """

    code: str
    figures: Mapping[str, str]

    def __new__(cls, code: str, message: str, **figures: object) -> Self:
        """Build from a code, the whole English sentence and the figures it names."""
        reason = super().__new__(cls, message)
        reason.code = code
        reason.figures = {name: str(value) for name, value in figures.items()}
        return reason

    def __reduce__(self) -> tuple[type[Reason], tuple[str, str], dict[str, object]]:
        """Let a reason cross a process boundary (pickle)."""
        return type(self), (self.code, str(self)), {"figures": self.figures}


class ProtocolError(ValueError):
    """What was asked cannot be done; `code`, `message` and `figures` say why. Nothing secret is in them."""

    def __init__(self, code: str, message: str, **figures: object) -> None:
        super().__init__(code, message)
        self.reason = Reason(code, message, **figures)

    @property
    def code(self) -> str:
        """The stable code, a key of `words.json`."""
        return self.reason.code

    @property
    def message(self) -> str:
        """The whole English sentence."""
        return str(self.reason)

    @property
    def figures(self) -> Mapping[str, str]:
        """What the translated sentence fills in."""
        return self.reason.figures

    def __str__(self) -> str:
        return str(self.reason)

    def __reduce__(self) -> tuple[object, tuple[str, str], dict[str, object]]:
        """Let the error cross a process boundary (pickle)."""
        return type(self), (self.code, self.message), {"reason": self.reason}


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """The sentences in both languages: ``{code: {"zh": …, "en": …}}`` with ``{figure}`` blanks."""
    return json.loads(resources.files(__package__).joinpath("words.json").read_text("utf-8"))


def say(reason: Reason, language: str = "zh") -> str:
    """The sentence in `language` ("zh" or "en"); the English original where a code has no words."""
    sentence = words().get(reason.code, {}).get(language)
    return str(reason) if sentence is None else sentence.format_map(_Blanks(reason.figures))


class _Blanks(dict[str, str]):
    """Figures for a sentence; a blank nobody filled stays visible instead of failing the message."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
