"""Measure, print a table, write `.run/bench.json`."""

from __future__ import annotations

import argparse
import importlib
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from deploy.bench.ground import Ground
from deploy.bench.measured import Measured, machine, versions
from deploy.places import Places
from deploy.trouble import Trouble

_UNNUMBERED = {"LOG": "log_cost"}


def known() -> list[str]:
    """The measurements there are, by name: a file each."""
    files = sorted(Path(__file__).parent.glob("p[0-9][0-9].py"))
    return [*(f"P{int(found[1])}" for file in files if (found := re.match(r"p(\d\d)$", file.stem))), *_UNNUMBERED]


def module_of(name: str) -> str:
    """The module that measures it."""
    return f"deploy.bench.{_UNNUMBERED.get(name) or f'p{int(name[1:]):02d}'}"


def write(found: Sequence[Measured], file: Path, where: dict[str, Any]) -> None:
    """Write the figures; measurements made earlier and not now stay."""
    before: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    now = {one.name: one.as_json() for one in found}
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(before | now | {"machine": where, "versions": versions()}, indent=1, ensure_ascii=False))


def table(found: Sequence[Measured]) -> Table:
    """What people read."""
    shown = Table("", "measured", "ours", "theirs", "unit", "ratio", "at least", "", "against", title="ours : theirs")
    for one in found:
        verdict = "[green]holds[/]" if one.holds else "[red]MISSED[/]"
        shown.add_row(
            one.name,
            one.title,
            f"{one.ours:,.1f}",
            f"{one.theirs:,.1f}",
            one.unit,
            f"{one.ratio:.2f} ×",
            f"{one.at_least:g} ×",
            verdict,
            one.against + (f" ({one.notes})" if one.notes else ""),
        )
    return shown


def main(arguments: Sequence[str]) -> int:
    """Exit status 0 when every promise is kept, 1 when one is missed, 2 when a measurement could not be made."""
    parser = argparse.ArgumentParser(prog="python -m deploy.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="P", help="which to measure; all when none is named")
    wanted = [name.upper() for name in parser.parse_args(arguments).names] or known()
    if unknown := set(wanted) - set(known()):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(known())}")
    console = Console()
    where = machine()
    console.print(f"{where['system']}, {where['processor']}, {where['cores']} cores, load {where['load_before']}")
    found: list[Measured] = []
    file = Places.of_this_checkout().run / "bench.json"
    try:
        with Ground(console.print) as ground:
            for name in wanted:
                console.print(f"measuring {name} …")
                measured = importlib.import_module(module_of(name)).measure(ground)
                found += measured if isinstance(measured, list) else [measured]
                write(found, file, where)
    except Trouble as trouble:
        console.print(f"[red]{trouble}[/]", soft_wrap=True)
        return 2
    console.print(table(found))
    console.print(f"figures of every round: {file}")
    return 0 if all(one.holds for one in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
