"""The README's table of events is true: what is announced, by whom, and who hears it."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services.chassis.definitions import HEARS, definitions
from services.chassis.log.events import CATALOGUE as OF_LOGS
from services.chassis.obligations import CATALOGUE as OF_OBLIGATIONS
from tests.walls.code import DEPARTMENTS

EVERY = "every department"
_HEADER = re.compile(r"^\| *event *\| *announced by *\| *heard by *\|", re.IGNORECASE)
_NAME = re.compile(r"`(\w+)`")


@dataclass
class Spoken:
    """For one announcer: each event and the departments that hear it."""

    heard_by: dict[str, set[str]] = field(default_factory=dict)


def told(readme: str) -> dict[str, Spoken]:
    """The table's rows by announcer (a department, or EVERY). Rows may name several events, each in backticks."""
    found: dict[str, Spoken] = {}
    in_table = False
    for line in readme.splitlines():
        if _HEADER.match(line):
            in_table = True
            continue
        if not in_table:
            continue
        if not line.startswith("|"):
            in_table = False
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        names = _NAME.findall(cells[0])
        if not names or len(cells) < 3:
            continue
        announcer = next((name for name in (EVERY, *DEPARTMENTS) if name in cells[1].replace("`", "")), cells[1])
        heard = {name for name in DEPARTMENTS if re.search(rf"\b{name}\b", cells[2])}
        for name in names:
            found.setdefault(announcer, Spoken()).heard_by.setdefault(name, set()).update(heard)
    return found


def spoken() -> dict[str, Spoken]:
    """What the code announces (each department's CATALOGUE) and hears (its `@hears`), by announcer."""
    shared = {*OF_LOGS, *OF_OBLIGATIONS}
    found = {EVERY: Spoken({name: set() for name in shared})}
    for department in DEPARTMENTS:
        catalogue = importlib.import_module(f"services.{department}.events").CATALOGUE
        found[department] = Spoken({name: set() for name in catalogue if name not in shared})
    for department in DEPARTMENTS:
        for source, event in heard_in(department):
            spoken_by = found[EVERY] if event in shared else found[source]
            spoken_by.heard_by.setdefault(event, set()).add(department)
    return found


def heard_in(department: str) -> set[tuple[str, str]]:
    """(source, event) of every `@hears` of the department's service."""
    module = importlib.import_module(f"services.{department}.service")
    classes = [each for each in vars(module).values() if isinstance(each, type) and each.__module__ == module.__name__]
    service = next(each for each in classes if getattr(each, "name", None) == department)
    return {(each.source, each.event) for _, _, each in definitions(service) if each.kind == HEARS}


def differences(readme: Mapping[str, Spoken], code: Mapping[str, Spoken]) -> list[str]:
    """Where the table and the code do not say the same. Who hears what every department announces is not compared."""
    found = []
    for announcer in sorted({*readme, *code}):
        written = readme.get(announcer, Spoken()).heard_by
        real = code.get(announcer, Spoken()).heard_by
        found += [f"{announcer} announces {name}, the table does not say so" for name in sorted(real.keys() - written)]
        found += [f"the table has {announcer} announce {name}, it does not" for name in sorted(written.keys() - real)]
        if announcer == EVERY:
            continue
        for name in sorted(written.keys() & real.keys()):
            found += [f"{each} hears {name}, the table does not say so" for each in sorted(real[name] - written[name])]
            found += [f"the table has {each} hear {name}, it does not" for each in sorted(written[name] - real[name])]
    return found


def table_of(tree: Path) -> dict[str, Spoken]:
    return told((tree / "README.md").read_text(encoding="utf-8"))
