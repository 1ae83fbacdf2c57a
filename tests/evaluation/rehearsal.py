"""The rehearsal's data as the tests need it: its lots as schemes, its bids as papers and offers."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PLACES = (ROOT / "deploy/rehearsal/rehearsal.json",)


@cache
def data() -> dict[str, Any]:
    """The whole file."""
    found: dict[str, Any] = json.loads(next(place for place in PLACES if place.exists()).read_text("utf-8"))
    return found


def lot(number: int) -> dict[str, Any]:
    """One lot of the project."""
    return next(each for each in data()["project"]["lots"] if each["no"] == number)


def bids(number: int) -> list[dict[str, Any]]:
    """The bids of one lot, in the order of the file."""
    return next(each["bids"] for each in data()["bids"] if each["lot"] == number)


def size(supplier: str) -> str:
    """The registered size of a supplier."""
    return str(next(each["size"] for each in data()["organisations"] if each["key"] == supplier))


def marks(number: int, supplier: str) -> dict[str, list[Decimal]]:
    """Factor → the seven members' marks."""
    return {key: [Decimal(mark) for mark in given] for key, given in data()["scores"][str(number)][supplier].items()}
