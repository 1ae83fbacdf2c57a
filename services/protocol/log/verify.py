"""The offline verifier of the log's own files. Nothing but the file, the keys you trust, and what you kept from before.

    {"kind": "sunshine.inclusion", "version": 1, "entry": {…} or "leaf": hex, "position": 17, "proof": [hex, …],
     "checkpoint": signed note}
    {"kind": "sunshine.consistency", "version": 1, "earlier": signed note, "later": signed note, "proof": [hex, …]}
    {"kind": "sunshine.record", "version": 1, "about": "…", "logs":
     [{"checkpoint": signed note, "entries": [{"position": 17, "entry": {…} or "leaf": hex, "proof": [hex, …]}, …]}, …]}

and a whole exported log, one JSON value a line: a head, the entries in order, and checkpoints, each directly behind the
last entry it covers. An entry's content may be left out where the reader is not entitled to it; "missing": true says
that it is lost:

    {"kind": "sunshine.log", "version": 1, "origin": "…"}
    {"position": 0, "leaf": hex, "entry": {…}}
    {"checkpoint": signed note}

An entry's leaf is SHA-256(0x00 ‖ its canonical JSON).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.protocol.canonical import canonical, parse_any
from services.protocol.encoding import is_digest
from services.protocol.log import tree
from services.protocol.log.checkpoint import Checkpoint, open_checkpoint
from services.protocol.log.note import Key
from services.protocol.log.sentences import error, reason
from services.protocol.reasons import ProtocolError, Reason

BATCH = 4096
MOST_REASONS = 20
"""A log that is wrong everywhere says so this many times."""


@dataclass(frozen=True)
class Answer:
    """Yes or no, and why. `shown` are sentences about what was proved, `reasons` about what was not."""

    shown: list[Reason]
    reasons: list[Reason]

    @property
    def yes(self) -> bool:
        """Whether everything the file claims was proved."""
        return not self.reasons


def entry_leaf(entry: Mapping[str, Any]) -> bytes:
    """The leaf hash of a journal entry."""
    return tree.leaf_hash(canonical(dict(entry)))


def inclusion(file: Mapping[str, Any], keys: Iterable[Key]) -> Answer:
    """Is this entry in the log that was signed?"""
    try:
        checkpoint = open_checkpoint(_text(file, "checkpoint"), keys)
        reasons = _included(file, checkpoint)
    except ProtocolError as broken:
        return Answer([], [broken.reason])
    figures = {"position": file["position"], "origin": checkpoint.origin, "time": checkpoint.time}
    return Answer([] if reasons else [reason("log_entry_included", **figures)], reasons)


def consistency(file: Mapping[str, Any], keys: Iterable[Key]) -> Answer:
    """Does the later log begin with the earlier one?"""
    keys = list(keys)
    try:
        earlier = open_checkpoint(_text(file, "earlier"), keys)
        later = open_checkpoint(_text(file, "later"), keys)
        _same_log(later, earlier.origin)
        proof = _hashes(file)
    except ProtocolError as broken:
        return Answer([], [broken.reason])
    reasons = tree.check_consistency(earlier.size, later.size, proof, earlier.root, later.root)
    shown = reason("log_extends", origin=later.origin, later=later.size, earlier=earlier.size)
    return Answer([] if reasons else [shown], reasons)


def record(file: Mapping[str, Any], keys: Iterable[Key]) -> Answer:
    """Is every entry of this record in the log of its department? (Whether one is left out, no record can show.)"""
    keys, shown, reasons = list(keys), [], []
    try:
        for log in _items(file, "logs"):
            checkpoint = open_checkpoint(_text(log, "checkpoint"), keys)
            entries = _items(log, "entries")
            wrong = [fault for entry in entries for fault in _included(entry, checkpoint)]
            figures = {"entries": len(entries), "origin": checkpoint.origin, "time": checkpoint.time}
            reasons += wrong
            shown += [] if wrong else [reason("record_entries_in_log", **figures)]
    except ProtocolError as broken:
        reasons.append(broken.reason)
    if not shown and not reasons:
        reasons.append(reason("file_malformed", why="it holds no log"))
    return Answer(shown, reasons[:MOST_REASONS])


def log(lines: Iterable[str | bytes], keys: Iterable[Key], kept: Iterable[str] = ()) -> Answer:
    """Is this whole log the one that was signed, entry by entry? `kept`: checkpoints you hold from before."""
    try:
        checking = _LogCheck(lines, list(keys), kept)
        checking.run()
    except ProtocolError as broken:
        return Answer([], [broken.reason])
    return Answer([] if checking.reasons else checking.shown, checking.reasons[:MOST_REASONS])


class _LogCheck:
    """One pass over an exported log, in constant memory."""

    def __init__(self, lines: Iterable[str | bytes], keys: list[Key], kept: Iterable[str]) -> None:
        self.lines = iter(lines)
        head = _object(next(self.lines, b""))
        if head.get("kind") != "sunshine.log" or head.get("version") != 1:
            raise error("file_malformed", why="it does not begin as an exported log")
        self.origin, self.keys = _text(head, "origin"), keys
        self.kept: dict[int, list[Checkpoint]] = {}
        for signed in kept:
            checkpoint = self._own(signed)
            self.kept.setdefault(checkpoint.size, []).append(checkpoint)
        self.size, self.signed_size = 0, -1
        self.frontier: list[bytes] = []
        self.waiting: list[bytes] = []
        self.shown: list[Reason] = []
        self.reasons: list[Reason] = []

    def run(self) -> None:
        self._compare(self.kept.pop(0, []))
        for line in self.lines:
            value = _object(line)
            if "checkpoint" in value:
                self._compare([self._own(_text(value, "checkpoint"))])
                self.signed_size = self.size
            else:
                self._take(value)
        self._compare([])
        if self.signed_size != self.size:
            self.reasons.append(reason("log_end_unsigned", size=self.size))
        self.reasons += [reason("log_shrank", earlier=size, later=self.size) for size in sorted(self.kept)]

    def _take(self, value: Mapping[str, Any]) -> None:
        position = self.size + len(self.waiting)
        if value.get("position") != position:
            self._fault(reason("log_position_wrong", position=position, said=str(value.get("position"))[:40]))
        leaf = _leaf(value)
        if isinstance(value.get("entry"), dict) and entry_leaf(value["entry"]) != leaf:
            self._fault(reason("log_entry_changed", position=position))
        if value.get("missing"):
            self._fault(reason("log_entry_missing", position=position))
        self.waiting.append(leaf)
        if len(self.waiting) == BATCH or position + 1 in self.kept:
            self._compare(self.kept.pop(position + 1, []))

    def _compare(self, checkpoints: Sequence[Checkpoint]) -> None:
        grown = tree.grow(self.size, self.frontier, self.waiting)
        self.size, self.frontier, self.waiting = grown.size, grown.frontier, []
        for checkpoint in checkpoints:
            if checkpoint.size != self.size:
                self._fault(reason("log_size_wrong", said=checkpoint.size, size=self.size))
            elif checkpoint.root != grown.root:
                self._fault(reason("log_differs_from_checkpoint", size=self.size, time=checkpoint.time))
            else:
                self.shown.append(reason("log_matches_checkpoint", size=self.size, time=checkpoint.time))

    def _fault(self, fault: Reason) -> None:
        if len(self.reasons) < MOST_REASONS:
            self.reasons.append(fault)

    def _own(self, signed: str) -> Checkpoint:
        checkpoint = open_checkpoint(signed, self.keys)
        _same_log(checkpoint, self.origin)
        return checkpoint


def _included(file: Mapping[str, Any], checkpoint: Checkpoint) -> list[Reason]:
    position = file.get("position")
    if not isinstance(position, int) or isinstance(position, bool):
        raise error("file_malformed", why="an entry has no position")
    leaf = _leaf(file)
    if isinstance(file.get("entry"), dict) and entry_leaf(file["entry"]) != leaf:
        return [reason("log_entry_changed", position=position)]
    return tree.check_inclusion(leaf, position, checkpoint.size, _hashes(file), checkpoint.root)


def _same_log(checkpoint: Checkpoint, origin: str) -> None:
    if checkpoint.origin != origin:
        raise error("log_other_origin", found=checkpoint.origin, origin=origin)


def _leaf(value: Mapping[str, Any]) -> bytes:
    """The leaf as given, or of the entry as given."""
    if is_digest(value.get("leaf")):
        return bytes.fromhex(value["leaf"])
    if "leaf" not in value and isinstance(value.get("entry"), dict):
        return entry_leaf(value["entry"])
    raise error("file_malformed", why="an entry has neither content nor leaf hash")


def _hashes(file: Mapping[str, Any]) -> list[bytes]:
    proof = file.get("proof")
    if not isinstance(proof, list) or not all(map(is_digest, proof)):
        raise error("file_malformed", why="the proof is not a list of hashes")
    return [bytes.fromhex(each) for each in proof]


def _text(file: Mapping[str, Any], name: str) -> str:
    if not isinstance(file.get(name), str):
        raise error("file_malformed", why=f"there is no {name}")
    return str(file[name])


def _items(file: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    items = file.get(name)
    if not isinstance(items, list) or not all(isinstance(each, dict) for each in items):
        raise error("file_malformed", why=f"there is no list of {name}")
    return items


def _object(line: str | bytes) -> Mapping[str, Any]:
    value = parse_any(line)
    if not isinstance(value, dict):
        raise error("file_malformed", why="a line is not a JSON object")
    return value
