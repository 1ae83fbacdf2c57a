"""Everything the command line says is there in Chinese and English, and nothing else is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import click

from gateway.cli import words
from gateway.cli.program import program

SOURCES = sorted(Path(words.__file__).parent.glob("*.py"))


def nodes() -> Iterator[ast.AST]:
    for path in SOURCES:
        yield from ast.walk(ast.parse(path.read_text("utf-8")))


def commands(group: click.Group) -> Iterator[click.Command]:
    for each in group.commands.values():
        yield each
        if isinstance(each, click.Group):
            yield from commands(each)


def test_what_is_said_has_words_with_the_figures_given() -> None:
    for node in nodes():
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say" and node.args:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                given = {each.arg for each in node.keywords}
                for sentence in words.catalogue()[first.value].values():
                    assert {name for _, name, _, _ in Formatter().parse(sentence) if name} <= given, first.value


def test_every_command_and_option_has_help() -> None:
    for each in [program(), *commands(program())]:
        assert each.help in words.catalogue(), each.name
        for option in each.params:
            if isinstance(option, click.Option) and option.name != "version":
                assert option.help in words.catalogue(), (each.name, option.name)


def test_no_words_are_left_over() -> None:
    texts = {node.value for node in nodes() if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    helps = {each.help for each in [program(), *commands(program())]}
    left = {code for code in words.catalogue() if code not in texts | helps and not code.startswith("column.")}
    assert left == set()


def test_chinese_is_chinese_and_english_is_not() -> None:
    for code, sentence in words.catalogue().items():
        assert re.search("[一-龥]", sentence["zh"]), code
        assert not re.search("[一-龥]", sentence["en"]), code
