"""Every reason tendering can give has its sentence in both languages, and fills in only figures it is given."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

from services.tendering import service
from services.tendering.rules import failure_words
from services.tendering.rules.moves import LOT_MOVES

FOLDER = Path(service.__file__).parent
WORDS: dict[str, dict[str, str]] = json.loads((FOLDER / "words.json").read_text("utf-8"))
BLANK = re.compile(r"\{(\w+)\}")
CHOSEN = {
    "project_move_closed", "lot_move_closed",  # `moves` puts the thing before the code
    *failure_words.SENTENCES.values(), failure_words.DECLARED,
    *(f"state_{state}" for state in LOT_MOVES["fail_lot"]),
}  # fmt: skip


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """Every call in the source: the function's name, the call, the file."""
    for path in sorted(FOLDER.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                yield name, node, f"{path.name}:{node.lineno}"


def worded() -> Iterator[tuple[str, ast.Call, str]]:
    """Every call that words a code: the code, the call, where."""
    for name, node, where in calls():
        place = {"objection": 0, "no": 0, "refusal": 0, "_said": 0, "refuse_if": 1}.get(name)
        if place is not None and len(node.args) > place and isinstance(node.args[place], ast.Constant):
            yield str(node.args[place].value), node, where  # type: ignore[attr-defined]  # a constant, as just asked


def test_every_code_has_words_and_no_words_are_left_over() -> None:
    assert {code for code, _, _ in worded()} | CHOSEN == set(WORDS)


def test_a_failures_figures_are_said_in_words_in_both_languages() -> None:
    given = {"too_few_bids": {"bids": "2", "minimum": "3"}, "too_few_left": {"left": "2", "least": "3"}}
    for reason, figures in given.items():
        told = failure_words.sentence(reason, figures)
        assert all(figure in told["zh"] and figure in told["en"] for figure in figures.values())
    for state in LOT_MOVES["fail_lot"]:
        told = failure_words.sentence("unlawful_acts", {"state": state})
        assert state not in told["zh"]
        assert WORDS[f"state_{state}"]["zh"] in told["zh"]
    assert failure_words.sentence("too_few_left", {}) == failure_words.sentence("winner_refused", {"x": "1"}) == {}


def test_both_languages_say_the_same_figures() -> None:
    for code, sentence in WORDS.items():
        assert set(sentence) == {"zh", "en"}, code
        assert set(BLANK.findall(sentence["zh"])) == set(BLANK.findall(sentence["en"])), code


def test_an_objection_with_blanks_in_its_words_brings_the_figures() -> None:
    for code, node, where in worded():
        given = {each.arg for each in node.keywords}
        if not given and isinstance(node.func, ast.Name) and node.func.id == "refuse_if":
            continue  # the objections bring the figures
        if None in given or code in ("factor_forbidden", "condition_unfair"):
            continue  # figures passed on as a whole
        assert set(BLANK.findall(WORDS[code]["zh"])) <= given, f"{where}: {code}"
