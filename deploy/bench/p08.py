"""P8: ranking 1,000 bidders scored by 7 members on 30 factors, against the 0.2 s it may take.

From marks in hundredths to placed bidders, by every method; no database. Times are this process's own: neighbours on
the machine do not count. The opponent is the promise itself.
"""

from __future__ import annotations

import random
import time
from decimal import Decimal
from functools import partial

from deploy.bench.ground import Ground
from deploy.bench.measured import Measured, medians, take_turns
from services.evaluation.rules.methods import METHODS
from services.evaluation.rules.placing import Contender, Scheme
from services.evaluation.rules.score_sheet import Factor

BIDDERS, MEMBERS, FACTORS = 1_000, 7, 30
ALLOWED_MS = 200.0


def measure(ground: Ground) -> Measured:
    """Ratio: the time allowed by the time taken, of the slowest method."""
    contenders, scheme = field()
    ways = {name: partial(_milliseconds, name, contenders, scheme) for name in METHODS}
    for once in ways.values():
        once()  # warm
    figures = take_turns(ways)
    middle = medians(figures)
    slowest = max(middle, key=lambda name: middle[name])
    return Measured(
        name="P8",
        title=f"ranking {BIDDERS:,} bidders × {MEMBERS} members × {FACTORS} factors",
        ratio=ALLOWED_MS / middle[slowest],
        at_least=1.0,
        ours=middle[slowest],
        theirs=ALLOWED_MS,
        unit="ms",
        against="what it may take, 200 ms",
        rounds=figures,
        notes=f"the slowest of {', '.join(METHODS)} is {slowest}",
    )


def field(seed: int = 1) -> tuple[list[Contender], Scheme]:
    """A field of bidders with random prices and marks, the same for the same seed; factors' maxima sum to 100."""
    chance = random.Random(seed)
    factors = [Factor(f"f{number}", "", Decimal(2), "subjective") for number in range(FACTORS)]
    scheme = Scheme([*factors, Factor("price", "", Decimal(40), "price")], MEMBERS, "seed")

    def amount() -> Decimal:
        return Decimal(chance.randint(10**7, 10**9)).scaleb(-2)

    contenders = [
        Contender(
            f"bid-{number:04}",
            price := amount(),
            price,
            {factor.key: [chance.randint(0, 200) for _ in range(MEMBERS)] for factor in factors},
            f"brand-{chance.randint(1, 2 * BIDDERS)}",
        )
        for number in range(BIDDERS)
    ]
    return contenders, scheme


def _milliseconds(method: str, contenders: list[Contender], scheme: Scheme) -> float:
    began = time.process_time()
    METHODS[method](contenders, scheme)
    return (time.process_time() - began) * 1000
