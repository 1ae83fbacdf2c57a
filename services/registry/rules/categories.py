"""Which categories (品目) does a subtree cover?

A code is a letter (A goods, B works, C services) and pairs of digits, one pair per level: `A`, `A02`, `A0201`,
`A020101`, `A02010104`. A subtree is named by the code at its top.
"""

import re
from collections.abc import Iterable, Mapping

_CODE = re.compile(r"[ABC](?:\d{2}){0,5}\Z")


def is_code(text: str) -> bool:
    """Whether `text` has the shape of a category code."""
    return _CODE.match(text) is not None


def covers(subtree: str, category: str) -> bool:
    """Whether the subtree holds the category; every subtree holds its own top."""
    return category.startswith(subtree)


def covered(subtrees: Iterable[str], category: str) -> bool:
    """Whether one of the subtrees holds the category."""
    return any(covers(each, category) for each in subtrees)


def above(category: str) -> tuple[str, ...]:
    """The category and every code above it: the subtrees that hold it, widest first."""
    return tuple(category[:length] for length in range(1, len(category) + 1, 2))


def tidy(subtrees: Iterable[str]) -> tuple[str, ...]:
    """The same coverage without the codes that another already holds, sorted."""
    kept: list[str] = []
    for code in sorted(set(subtrees)):
        if not covered(kept, code):
            kept.append(code)
    return tuple(kept)


def without(held: Iterable[str], removed: Iterable[str], children: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """What is left of `held` once the subtrees `removed` are taken out, as subtrees again, sorted.

    `children` is the category tree: code → the codes directly below it. A held code above a removed one is replaced by
    its other branches, so that the answer is a plain list of what is still covered, never "all but".
    """
    gone = tidy(removed)
    left: list[str] = []
    waiting = list(tidy(held))
    while waiting:
        code = waiting.pop()
        if covered(gone, code):
            continue
        if any(covers(code, each) for each in gone):
            waiting.extend(children.get(code, ()))
        else:
            left.append(code)
    return tidy(left)
