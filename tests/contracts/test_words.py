"""Every refusal is worded in both languages, with the same figures."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

from services import contracts
from services.contracts.rules.reasons import objection, words

ROOM = Path(contracts.__file__).parent
SAYING = {"no", "refusal", "objection"}


def codes_said() -> Iterator[tuple[str, set[str], str]]:
    """(code, the figures given, where) of every refusal and objection in the department's code."""
    for file in sorted(ROOM.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in SAYING and node.args:
                given = {each.arg for each in node.keywords if each.arg is not None}
                spread = any(each.arg is None for each in node.keywords)
                for code in _constants(node.args[0]):
                    yield code, given | ({"*"} if spread else set()), f"{file.name}:{node.lineno}"


def _constants(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)


def blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_code_is_worded_and_every_word_is_used() -> None:
    said = {code for code, _, _ in codes_said()}
    assert said - set(words()) == set()
    assert set(words()) - said - {"rules_object", "announcement_incomplete"} == set()


def test_both_languages_name_figures_the_code_gives() -> None:
    for code, given, where in codes_said():
        for language in ("zh", "en"):
            missing = blanks(words()[code][language]) - given - {"article", "field"}
            assert not missing or "*" in given, f"{where}: {code} ({language}) misses {missing}"


def test_the_chinese_sentence_is_chinese_and_the_english_is_whole() -> None:
    for code, each in words().items():
        assert any("一" <= letter <= "鿿" for letter in each["zh"]), code
        assert each["en"][-1] in ".;", code
        assert each["en"][:1] in "{" or each["en"][0].isupper(), code


def test_an_objection_carries_its_english_sentence_and_its_figures() -> None:
    made = objection("supplements_too_high", "法49", "lines", most="1.00", left="0.50", asked="2.00")
    assert "2.00" in made.message
    assert made.figures == {"most": "1.00", "left": "0.50", "asked": "2.00"}
    assert (made.article, made.field) == ("法49", "lines")
