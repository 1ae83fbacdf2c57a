"""The law as the suite knows it: the data files of `law/`, read once, and what the registry published on top."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib import resources
from typing import Any

from services.tendering.rules.law import Book, row_from

FOLDER = resources.files("services.tendering").joinpath("law")
FILES = ("periods", "amounts", "evaluation", "factors", "procedures", "grounds", "signals")


@cache
def book() -> Book:
    """Every row of every data file; `version` is the SHA-256 of the files in the order of `FILES`."""
    texts = [_read(name) for name in FILES]
    rows = [row_from(each) for text in texts for each in json.loads(text)]
    return Book(rows, hashlib.sha256("\n".join(texts).encode()).hexdigest())


@cache
def sources() -> dict[str, Any]:
    """The short names articles are cited by → full name in both languages, first day in force, text at hand."""
    found: dict[str, Any] = json.loads(_read("sources"))
    return found


def _read(name: str) -> str:
    return FOLDER.joinpath(f"{name}.json").read_text("utf-8")
