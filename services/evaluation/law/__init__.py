"""The law of evaluations as dated data: one JSON file per subject, read once.

Figures that come from ministerial orders whose text is not in the repository are marked `"checked": false` until a
lawyer has signed them off; rows under `house` are this centre's own working rules and no law.
"""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

from services.evaluation.rules.law import Law, read_row

FILES = ("panel", "review", "prices", "policy", "scoring", "house")


@cache
def in_force() -> Law:
    """Every row of every file. Raises ValueError at the first malformed or doubled one, so that a slip stops the
    start."""
    folder = resources.files(__package__)
    rows = [
        read_row(raw)
        for name in FILES
        for raw in json.loads(folder.joinpath(f"{name}.json").read_text(encoding="utf-8"))
    ]
    return Law(rows)
