"""Reading the code as text, so that a wall can be checked on any tree, also on one made up to break it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

DEPARTMENTS = ("registry", "tendering", "evaluation", "contracts", "notify")


@dataclass(frozen=True)
class Import:
    """One imported name: the file (relative to the tree), its line, and the dotted module or object."""

    file: Path
    line: int
    module: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line} imports {self.module}"

    def is_of(self, *packages: str) -> bool:
        """Whether it comes from one of these packages (or is one of them)."""
        return any(self.module == package or self.module.startswith(package + ".") for package in packages)


def python_files(tree: Path, *folders: str) -> Iterator[Path]:
    """Every Python file below these folders of the tree, in order."""
    for folder in folders:
        yield from sorted((tree / folder).rglob("*.py"))


def imports(tree: Path, file: Path) -> Iterator[Import]:
    """What a file imports, wherever in it; relative imports are spelled out. `from a import b` is `a.b`."""
    place = file.relative_to(tree)
    package = place.parent.parts
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"), str(place))):
        if isinstance(node, ast.Import):
            for each in node.names:
                yield Import(place, node.lineno, each.name)
        elif isinstance(node, ast.ImportFrom):
            above = list(package[: len(package) - node.level + 1]) if node.level else []
            start = ".".join([*above, *([node.module] if node.module else [])])
            for each in node.names:
                yield Import(place, node.lineno, f"{start}.{each.name}" if each.name != "*" else start)


def all_imports(tree: Path, *folders: str) -> Iterator[Import]:
    """What the files below these folders import."""
    for file in python_files(tree, *folders):
        yield from imports(tree, file)


def department_of(file: Path) -> str | None:
    """The department whose room a file lies in."""
    parts = file.parts
    return parts[1] if len(parts) > 2 and parts[0] == "services" and parts[1] in DEPARTMENTS else None
