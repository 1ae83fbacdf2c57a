"""How is the ranking made? One file per method, one interface: contenders and scheme in, places out.

A further method is a further file with a function `rank` and one line in `METHODS`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from services.evaluation.rules.methods import comprehensive_scoring, consultation_scoring, lowest_evaluated_price
from services.evaluation.rules.placing import Contender, Placed, Scheme


class Method(Protocol):
    """What every method is."""

    def __call__(self, contenders: Sequence[Contender], scheme: Scheme) -> list[Placed]:
        """Everyone who was still in, best first. The order of the input changes nothing."""
        ...


METHODS: Mapping[str, Method] = {
    "lowest_evaluated_price": lowest_evaluated_price.rank,
    "comprehensive_scoring": comprehensive_scoring.rank,
    "consultation_scoring": consultation_scoring.rank,
}
SCORED = frozenset({"comprehensive_scoring", "consultation_scoring"})
"""Methods in which members give points."""
