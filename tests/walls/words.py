"""The chassis is plumbing: no word of the trade in it. And no file named after nothing."""

from __future__ import annotations

import re
from pathlib import Path

from tests.walls.code import python_files

# Words that mean something in procurement only. Not in the list, because plumbing needs them too: notice, opening,
# contract (a legal agreement is never meant), challenge (of a key), evaluation and registry (names of departments).
TRADE = re.compile(
    r"(?<![a-z])(procure\w*|tender(?!ing)\w*|bid|bids|bidder\w*|bidding|supplier\w*|purchas\w*|award\w*|entrust\w*|"
    r"lots?|panels?|experts?|complain\w*|consorti\w*|quotation\w*)(?![a-z])",
    re.IGNORECASE,
)
_NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc"}
_A_LOT = re.compile(r"\ba lot\b", re.IGNORECASE)


def trade_words_in_the_chassis(tree: Path) -> list[str]:
    """Names, messages and comments alike; underscores and capitals part words."""
    found = []
    for file in python_files(tree, "services/chassis"):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            parted = re.sub(r"(?<=[a-z])(?=[A-Z])|[_\d]", " ", _A_LOT.sub("", line))
            found += [f"{file.relative_to(tree)}:{number} says {word[0]}" for word in TRADE.finditer(parted)]
    return found


def files_named_after_nothing(tree: Path) -> list[str]:
    """No file or folder called utils, helpers, common or misc."""
    places = [file.relative_to(tree) for file in python_files(tree, "services", "gateway", "deploy", "tests")]
    return [str(place) for place in places if _NAMELESS & {*place.parts[:-1], place.stem}]
