"""How long does a ranking of 1,000 bidders by 7 members and 30 factors take (P8: less than 0.2 s)?

    python -m tests.evaluation.bench_ranking

Prints the median of five runs of every method, in seconds of this process (neighbours on the machine do not count).
From marks in hundredths to placed bidders; no database.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Sequence
from decimal import Decimal

from services.evaluation.rules.methods import METHODS
from services.evaluation.rules.placing import Contender, Scheme
from services.evaluation.rules.score_sheet import Factor

BIDDERS, MEMBERS, FACTORS, RUNS = 1_000, 7, 30, 5


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


def measure(contenders: Sequence[Contender], scheme: Scheme) -> dict[str, float]:
    """Method → median seconds of the runs."""
    found = {}
    for name, method in METHODS.items():
        took = []
        for _ in range(RUNS):
            began = time.process_time()
            method(contenders, scheme)
            took.append(time.process_time() - began)
        found[name] = statistics.median(took)
    return found


if __name__ == "__main__":
    for name, seconds in measure(*field()).items():
        print(f"{name}: {seconds:.4f} s")
