"""A bar chart as plain numbers: widths for drawings inside a list, so that it reads at any width and aloud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH = 1000
"""The drawing's own units for the longest bar."""


@dataclass(frozen=True)
class Bar:
    """One bar: what it stands for, its money as on the wire, its width from 0 to `WIDTH`."""

    label: str
    amount: str
    width: int


def bars(values: Sequence[tuple[str, str]]) -> list[Bar]:
    """Bars for (label, money of the wire) pairs, the largest as wide as the drawing; [] where nothing is above zero."""
    amounts = [max(Decimal(0), Decimal(amount)) for _, amount in values]
    most = max(amounts, default=Decimal(0))
    if most == 0:
        return []
    return [
        Bar(label, amount, int(value * WIDTH / most)) for (label, amount), value in zip(values, amounts, strict=True)
    ]
