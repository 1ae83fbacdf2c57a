"""Rules are pure: facts and `now` in, answers out."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

from tests.walls.code import DEPARTMENTS, Import, department_of, imports, python_files

# Of the standard library, what reaches outside: clocks, files, processes, the network, chance, logs.
_REACHES_OUTSIDE = (
    "asyncio", "concurrent", "ctypes", "ftplib", "glob", "http", "io", "locale", "logging", "multiprocessing", "os",
    "pickle", "random", "secrets", "select", "shelve", "shutil", "signal", "smtplib", "socket", "socketserver",
    "sqlite3", "ssl", "subprocess", "tempfile", "threading", "time", "urllib", "uuid", "warnings", "zoneinfo._zoneinfo",
)  # fmt: skip
# Law is data beside the rules that read it; reading that is no reach outside, nor is taking an address apart.
_OWN_DATA = ("importlib.resources", "urllib.parse")
_ASKS_THE_CLOCK = {"now", "today", "utcnow"}
_ASKS_OUTSIDE = {"open", "print", "input", "exec", "eval", "__import__"}


def impure_imports(tree: Path) -> list[str]:
    """Rules import the harmless part of the standard library, themselves, objections, and the open protocols."""
    found = []
    for file in _rules(tree):
        found += [str(each) for each in imports(tree, file) if not _harmless(each)]
    return found


def impure_calls(tree: Path) -> list[str]:
    """Rules neither ask the time nor open, print or evaluate anything."""
    found = []
    for file in _rules(tree):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func
                asks_clock = isinstance(called, ast.Attribute) and called.attr in _ASKS_THE_CLOCK
                asks_outside = isinstance(called, ast.Name) and called.id in _ASKS_OUTSIDE
                if asks_clock or asks_outside:
                    found.append(f"{file.relative_to(tree)}:{node.lineno} calls {ast.unparse(called)}")
    return found


def _rules(tree: Path) -> list[Path]:
    return list(python_files(tree, *(f"services/{name}/rules" for name in DEPARTMENTS)))


def _harmless(each: Import) -> bool:
    own = f"services.{department_of(each.file)}.rules"
    if each.is_of(own, "services.chassis.objection", "services.protocol", *_OWN_DATA):
        return True
    if each.is_of(*_REACHES_OUTSIDE, "importlib"):
        return False
    return each.module.split(".")[0] in sys.stdlib_module_names
