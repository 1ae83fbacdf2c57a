"""Every reason the registry can give has its sentence in both languages, and fills in only figures it is given."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

from services.protocol.reasons import words as protocol_words
from services.registry import service

FOLDER = Path(service.__file__).parent
WORDS = json.loads((FOLDER / "words.json").read_text("utf-8"))
SAYERS = {"Objection", "no", "Refusal", "refuse", "_out", "_dated", "refuse_if"}
CHOSEN = {"employed", "on_board", "controls", "holds_shares"}  # recusal picks these by the facts
OWN = re.compile(r"\{(\w+)\}")


def said() -> set[str]:
    """The codes in the source: first words of whatever says no, and of things unknown."""
    found = set(CHOSEN)
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            place = 1 if node.func.id == "refuse_if" else 0
            if len(node.args) <= place or not isinstance(node.args[place], ast.Constant):
                continue
            text = str(node.args[place].value)  # type: ignore[attr-defined]  # a Constant, as just asked
            if node.func.id in SAYERS:
                found.add(text)
            elif node.func.id == "unknown":
                found.add(f"{text}_unknown")
    return found


def test_every_code_has_words_and_no_words_are_left_over() -> None:
    codes = said()
    assert codes - set(WORDS) == set()
    given_elsewhere = {"rules_object", "document_expired", "too_many_requests"} | set(protocol_words())
    assert set(WORDS) - codes - given_elsewhere == set()


@pytest.mark.parametrize("code", sorted(WORDS))
def test_both_languages_say_it_with_known_figures(code: str) -> None:
    told = WORDS[code]
    assert set(told) == {"zh", "en"}
    assert re.search(r"[一-鿿]", told["zh"])
    assert not re.search(r"[一-鿿]", told["en"])
    assert set(OWN.findall(told["zh"])) <= FIGURES
    assert set(OWN.findall(told["en"])) <= FIGURES


FIGURES = {
    "appointers", "because", "bits", "category", "code", "date", "field", "function", "ground", "has", "kind", "kinds",
    "known", "least", "most", "one", "other", "others", "pace", "percent", "purpose", "region", "relation", "role",
    "today", "unit", "until", "usages", "wanted", "what",
}  # fmt: skip
