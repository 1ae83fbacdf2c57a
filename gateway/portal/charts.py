"""A bar chart as plain numbers for an SVG: no script, no styles inside, legible in print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT, FOOT = 640, 200, 24


@dataclass(frozen=True)
class Bar:
    """One bar in the drawing's own units, with what it stands for."""

    label: str
    amount: str
    x: int
    y: int
    width: int
    height: int


def bars(values: Sequence[tuple[str, str]]) -> list[Bar]:
    """Bars for (label, money of the wire) pairs, the highest as high as the drawing."""
    amounts = [Decimal(amount) for _, amount in values]
    most = max(amounts, default=Decimal(0))
    if most <= 0:
        return []
    step = WIDTH // len(values)
    drawn = []
    for at, ((label, amount), value) in enumerate(zip(values, amounts, strict=True)):
        height = int(max(Decimal(0), value) / most * (HEIGHT - FOOT - 8))
        drawn.append(Bar(label, amount, at * step + step // 8, HEIGHT - FOOT - height, step * 3 // 4, height))
    return drawn
