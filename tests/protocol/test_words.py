"""Every reason of the protocols can be said in Chinese and English, with its figures."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from services.protocol import reasons

SOURCES = sorted(Path(reasons.__file__).parent.rglob("*.py"))


def refusals() -> Iterator[tuple[str, set[str] | None]]:
    """Every `Reason("code", …)` and `ProtocolError("code", …)`: the code and the figures given (None: handed on)."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
                    and node.func.id in ("Reason", "ProtocolError", "reason", "error") and node.args
                    and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)):
                names = {word.arg for word in node.keywords}
                yield node.args[0].value, None if None in names else {name for name in names if name}


def texts() -> set[str]:
    """Every string constant of the protocols."""
    return {node.value for path in SOURCES for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def test_every_code_has_words_in_both_languages() -> None:
    words = reasons.words()
    assert {code for code, _ in refusals()} - set(words) == set()
    assert {code for code in words if not (words[code]["zh"] and words[code]["en"])} == set()


def test_no_words_are_left_over() -> None:
    assert set(reasons.words()) - texts() == set()


def test_chinese_sentences_are_chinese_and_english_ones_are_not() -> None:
    for code, sentence in reasons.words().items():
        assert re.search("[一-龥]", sentence["zh"]), code
        assert not re.search("[一-龥]", sentence["en"]), code


def test_no_sentence_has_a_blank_the_code_does_not_fill() -> None:
    left_blank = {(code, blank) for code, figures in refusals() if figures is not None
                  for sentence in reasons.words()[code].values()
                  for blank in re.findall(r"{([a-z_]+)}", sentence) if blank not in figures}
    assert left_blank == set()
