"""Every reason evaluation can give has its sentence in both languages, and fills in only figures it is given."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from services.evaluation import service
from services.evaluation.rules import performance
from services.evaluation.schemas.accepted import REJECTION_GROUNDS

FOLDER = Path(service.__file__).parent
WORDS: dict[str, dict[str, str]] = json.loads((FOLDER / "words.json").read_text("utf-8"))
BLANK = re.compile(r"\{(\w+)\}")
SIGNALS = {"regular_price_differences", "regular_price_ratios", "same_price", "rotating_winners"}
CHOSEN = (
    {"recusal_employed", "recusal_director", "recusal_supervisor"}  # recusal picks these by the tie
    | set(performance.KINDS)
    | set(REJECTION_GROUNDS)
    | SIGNALS
)


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Every call in the source: the function's name, the call, the file."""
    for path in sorted(FOLDER.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                yield name, node, path.name


def said() -> set[str]:
    """The codes in the source: of objections, refusals and rejections."""
    found = set(CHOSEN)
    for name, node, _ in calls():
        given: list[ast.expr] = []
        if name in ("Objection", "refuse"):
            given = node.args[:1]
        elif name == "refuse_if":
            given = node.args[1:2]
        given += [each.value for each in node.keywords if each.arg == "code"]
        for each in given:
            branches = [each.body, each.orelse] if isinstance(each, ast.IfExp) else [each]
            found |= {str(leaf.value) for leaf in branches if isinstance(leaf, ast.Constant)}
    pairs = re.findall(r'bid_id, "(price_\w+)"', (FOLDER / "pricing.py").read_text("utf-8"))
    return found | set(pairs)


def test_every_code_has_words_and_no_words_are_left_over() -> None:
    assert said() == set(WORDS)


def test_both_languages_say_the_same_figures() -> None:
    for code, sentence in WORDS.items():
        assert set(sentence) == {"zh", "en"}, code
        assert set(BLANK.findall(sentence["zh"])) == set(BLANK.findall(sentence["en"])), code


def test_an_objection_with_blanks_in_its_words_brings_the_figures() -> None:
    for name, node, where in calls():
        if name != "Objection" or not isinstance(node.args[0], ast.Constant):
            continue
        code = str(node.args[0].value)
        blanks = set(BLANK.findall(WORDS[code]["zh"]))
        figures = node.args[4] if len(node.args) > 4 else None
        figures = next((each.value for each in node.keywords if each.arg == "figures"), figures)
        if isinstance(figures, ast.Dict):
            keys = {str(key.value) for key in figures.keys if isinstance(key, ast.Constant)}
            assert blanks <= keys, f"{where}: {code}"
        else:
            assert figures is not None or not blanks, f"{where}: {code}"
