"""An exception to a rule of the house carries its reason; an exception of Python is not swallowed."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.walls.code import python_files

_EVERYWHERE = ("services", "gateway", "deploy", "tests")
_LINT = re.compile(r"#\s*noqa(?P<code>: *[A-Z]+\d+(, *[A-Z]+\d+)*)?(?P<reason>.*)")
_TYPES = re.compile(r"#\s*type: *ignore(?P<code>\[[\w, -]+\])?(?P<reason>.*)")
_LEAST_REASON = 5  # letters
LONGEST_FILE = 400


def exceptions_without_reason(tree: Path) -> list[str]:
    """`# noqa` and `# type: ignore` name what they excuse, and why (the first of a run of such lines)."""
    found = []
    for file in python_files(tree, *_EVERYWHERE):
        if file.parent.name == "walls":
            continue  # these files are about such comments
        explained: set[str] = set()
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            excuses = [excuse for pattern in (_LINT, _TYPES) if (excuse := pattern.search(line))]
            for excuse in excuses:
                if not excuse["code"] or not (_has_reason(excuse) or excuse["code"].strip() in explained):
                    found.append(f"{file.relative_to(tree)}:{number} {excuse[0].strip()}")
            if line.strip():
                explained = {excuse["code"].strip() for excuse in excuses if excuse["code"]}
    return found


def _has_reason(excuse: re.Match[str]) -> bool:
    return len(re.sub(r"\W", "", excuse["reason"])) >= _LEAST_REASON


def swallowed_exceptions(tree: Path) -> list[str]:
    """No handler for everything whose answer is to do nothing."""
    found = []
    for file in python_files(tree, *_EVERYWHERE):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.ExceptHandler):
                continue
            catches_all = node.type is None or ast.unparse(node.type) in ("Exception", "BaseException")
            if catches_all and all(isinstance(step, ast.Pass) for step in node.body):
                found.append(f"{file.relative_to(tree)}:{node.lineno}")
    return found


def files_too_long(tree: Path) -> list[str]:
    """A file past the limit answers more than one question. A migration is one step, however long."""
    found = []
    for file in python_files(tree, *_EVERYWHERE):
        if file.parent.name == "versions":
            continue
        length = file.read_text(encoding="utf-8").count("\n")
        if length > LONGEST_FILE:
            found.append(f"{file.relative_to(tree)}: {length} lines")
    return found


def ignored_warnings_without_reason(tree: Path) -> list[str]:
    """Warnings are errors in tests; each exception in pyproject.toml is followed by its reason."""
    lines = (tree / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    start = next((number for number, line in enumerate(lines) if line.startswith("filterwarnings")), None)
    if start is None:
        return ["pyproject.toml: no filterwarnings"]
    found = []
    entries = []
    for number, line in enumerate(lines[start + 1 :], start + 2):
        if line.startswith("]"):
            break
        entries.append(line.strip())
        if line.strip().startswith(('"ignore', "'ignore")) and not re.search(r"[\"'], *# *\w.{10,}", line):
            found.append(f"pyproject.toml:{number} {line.strip()}")
    if not entries or entries[0] not in ('"error",', "'error',"):
        found.append("pyproject.toml: filterwarnings does not begin with error")
    return found
