"""`sunshine verify`: the offline verifier (`services.protocol.verify`) with files, folders and contracts' evidence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from gateway.cli.bidding import proof_of
from gateway.cli.desk import Desk
from gateway.cli.ending import SAID_NO, USAGE, Stop
from gateway.cli.spoken import command, option
from gateway.cli.words import language, say
from services.protocol.log.note import Key
from services.protocol.reasons import ProtocolError, Reason
from services.protocol.verify import Finding, Trust, check
from services.protocol.verify.__main__ import as_json, explained

_SMALL = 64 << 20
"""Bytes up to which a file is looked into for evidence; a log is read line by line."""
Given = tuple[str, Iterable[bytes]]
_PATH = click.Path(exists=True)


@command("verify")
@click.argument("files", nargs=-1, required=True, type=_PATH)
@option("--trust", type=click.Path(exists=True, file_okay=False), help="option.trust")
@option("--keys", multiple=True, type=_PATH, help="option.keys")
@option("--anchor", multiple=True, type=_PATH, help="option.anchor")
@option("--kept", multiple=True, type=_PATH, help="option.kept")
@option("--at", metavar="MOMENT", help="option.at")
@option("--strict", is_flag=True, help="option.strict")
def verify(desk: Desk, files: tuple[str, ...], trust: str | None, keys: tuple[str, ...], anchor: tuple[str, ...],
           kept: tuple[str, ...], at: str | None, strict: bool) -> None:
    """Are these files what they claim to be? Without a network; several files vouch for one another."""
    brought = _trust(trust, keys, anchor, kept, at)
    with ExitStack() as opened:
        findings = check(list(_given(files, opened)), brought)
    if strict:
        findings = [replace(each, reasons=[*each.reasons, *_strictly(each)]) for each in findings]
    yes = all(each.yes for each in findings)
    document = {"yes": yes, "findings": [as_json(each, language()) for each in findings]}
    lines = [explained(each, language()) for each in findings]
    desk.screen.tell(document, *lines, say("all_yes" if yes else "not_all_yes", files=len(findings)))
    if not yes:
        raise click.exceptions.Exit(SAID_NO)


def _strictly(finding: Finding) -> list[Reason]:
    return finding.cautions if finding.yes else []


def _trust(folder: str | None, keys: Sequence[str], anchors: Sequence[str], kept: Sequence[str],
           at: str | None) -> Trust:
    """What the reader brings along. Stops (`trust_unreadable`)."""
    place = Path(folder) if folder else None
    key_files = [*map(Path, keys), *(place.glob("keys*.txt") if place else ())]
    anchor_files = [*map(Path, anchors), *(sorted(place.glob("*.pem")) if place else ())]
    kept_files = [*map(Path, kept), *(sorted(place.glob("*.checkpoint")) if place else ())]
    try:
        moment = datetime.fromisoformat(at) if at else datetime.now(UTC)
        if moment.tzinfo is None:
            raise ValueError(say("moment_without_zone"))
        lines = [line for file in key_files for line in file.read_text("utf-8").splitlines() if line.strip()]
        return Trust(
            keys=[Key.read(line) for line in lines],
            anchors=[file.read_text("ascii") for file in anchor_files],
            kept=[file.read_text("utf-8") for file in kept_files],
            at=moment,
        )
    except (ProtocolError, ValueError) as error:
        raise Stop(USAGE, "trust_unreadable", say("trust_unreadable", reason=error)) from None


def _given(places: Iterable[str], opened: ExitStack) -> Iterator[Given]:
    """Each file; of a sealed folder its receipt, statement and manifest; of evidence its envelope and signatures."""
    for place in map(Path, places):
        for file in proof_of(place) or _inside(place) if place.is_dir() else [place]:
            evidence = _evidence(file)
            if evidence is None:
                yield str(file), opened.enter_context(file.open("rb"))
                continue
            yield f"{file} / envelope", [json.dumps(evidence["envelope"]).encode()]
            for number, signed in enumerate(evidence["signatures"], start=1):
                yield f"{file} / signature {number}", [json.dumps(signed).encode()]


def _inside(folder: Path) -> list[Path]:
    return sorted(each for each in folder.iterdir() if each.is_file())


def _evidence(file: Path) -> dict[str, Any] | None:
    """A contract's evidence as the API gives it; None for anything else."""
    if file.stat().st_size > _SMALL:
        return None
    try:
        told = json.loads(file.read_bytes())
    except ValueError:
        return None
    whole = isinstance(told, dict) and isinstance(told.get("envelope"), dict)
    return told if whole and isinstance(told.get("signatures"), list) else None
