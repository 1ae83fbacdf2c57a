"""The offline verifier's command line.

    python -m services.protocol.verify FILE … [--keys keys.txt] [--anchor ca.pem] [--kept checkpoint.txt] [--english]
        [--chain issuing-ca.pem] [--revoked list.crl]

keys.txt holds one verifier key a line, as the gateway publishes them; compare them once with the printed ones. Ends
with 0 for yes, 1 for no, 2 where the question itself was wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from services.protocol.log.note import Key
from services.protocol.reasons import ProtocolError, Reason, say
from services.protocol.verify import Finding, Trust, check

MARKS = {"zh": ("是", "否", "注意"), "en": ("yes", "no", "note")}


def main(arguments: Sequence[str] | None = None) -> int:
    """Check the files named; prints a finding each, answers the exit status."""
    told = _parser().parse_args(arguments)
    try:
        trust = Trust(
            keys=[Key.read(line) for path in told.keys for line in path.read_text("utf-8").split("\n") if line.strip()],
            anchors=[path.read_text("ascii") for path in told.anchor],
            chain=[path.read_text("ascii") for path in told.chain],
            lists=[path.read_bytes() for path in told.revoked],
            kept=[path.read_text("utf-8") for path in told.kept],
            at=told.at,
        )
        with ExitStack() as opened:
            given = [(str(path), opened.enter_context(path.open("rb"))) for path in told.files]
            findings = check(given, trust)
    except (OSError, ProtocolError, UnicodeDecodeError) as error:
        print(error, file=sys.stderr)
        return 2
    language = "en" if told.english else "zh"
    print(json.dumps([as_json(each, language) for each in findings], ensure_ascii=False, indent=1) if told.json
          else "\n".join(explained(each, language) for each in findings))
    return 0 if all(each.yes for each in findings) else 1


def explained(finding: Finding, language: str) -> str:
    """A finding for people, in "zh" or "en": the answer, then a sentence a line."""
    yes, no, note = MARKS[language]
    lines = [f"{finding.name}: {yes if finding.yes else no}"]
    lines += [f"  {say(each, language)}" for each in (*finding.reasons, *finding.shown)]
    return "\n".join([*lines, *(f"  {note}: {say(each, language)}" for each in finding.cautions)])


def as_json(finding: Finding, language: str) -> dict[str, object]:
    """A finding for programs: name, kind, yes, and lists of {code, message, figures}."""

    def listed(reasons: Sequence[Reason]) -> list[dict[str, object]]:
        return [{"code": each.code, "message": say(each, language), "figures": dict(each.figures)} for each in reasons]

    return {
        "name": finding.name, "kind": finding.kind, "yes": finding.yes, "shown": listed(finding.shown),
        "reasons": listed(finding.reasons), "cautions": listed(finding.cautions),
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sunshine verify", description="Is this file what it claims to be?")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--keys", action="append", default=[], type=Path, help="verifier keys of the logs, one a line")
    parser.add_argument("--anchor", action="append", default=[], type=Path, help="a certificate authority, PEM")
    parser.add_argument("--chain", action="append", default=[], type=Path, help="an authority below an anchor, PEM")
    parser.add_argument("--revoked", action="append", default=[], type=Path, help="a revocation list, PEM or DER")
    parser.add_argument("--kept", action="append", default=[], type=Path, help="a checkpoint you kept from before")
    parser.add_argument("--at", type=_moment, default=datetime.now(UTC), help="when certificates must have been valid")
    parser.add_argument("--english", action="store_true")
    parser.add_argument("--json", action="store_true")
    return parser


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("a moment needs its zone, such as 2026-05-11T01:00:00Z")
    return moment


if __name__ == "__main__":
    sys.exit(main())
