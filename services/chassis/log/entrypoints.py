"""What every department answers, hears and does by the clock about logs.

`log_entrypoints(others)` gives the functions; `equipment.equip` puts them on the service class.
"""
from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from services.chassis.caller import Caller
from services.chassis.entrypoints import PATIENTLY, PUBLIC, every, hears, query
from services.chassis.log import events, ledger, reading, witnessing
from services.chassis.log.store_tables import log_checkpoint, log_leaf, witnessed
from services.chassis.refusal import Refusal, refuse
from services.chassis.tables import journal
from services.chassis.wire import Digest, Id, Moment, Schema, moment_text

log = logging.getLogger(__name__)

CHECKPOINT_EVERY = 3.0
HEARTBEAT = timedelta(minutes=15)
ENTITLEMENT = "journal.read"
ASK_WITHIN = 5.0


class Nothing(Schema):
    """Nothing is asked."""


class ReadEntries(Schema):
    """Entries behind a position, -1 for the beginning."""

    after = fields.Integer(load_default=-1, validate=validate.Range(min=-1))
    at_most = fields.Integer(load_default=100, validate=validate.Range(min=1, max=reading.MOST_ENTRIES))


class ReadInclusion(Schema):
    """One entry, named by its id, its leaf, its position, or its subject with a value it holds."""

    entry_id = Id()
    leaf = Digest()
    position = fields.Integer(validate=validate.Range(min=0))
    subject = fields.String(validate=validate.Length(1, 200))
    holds = fields.String(validate=validate.Length(1, 200))

    @validates_schema
    def one_name(self, data: dict[str, Any], **_: Any) -> None:
        """An entry is named once."""
        if set(data) != {"subject", "holds"} and (len(data) != 1 or not data.keys() & {"entry_id", "leaf", "position"}):
            raise ValidationError("Name the entry by exactly one of entry_id, leaf, position, and subject with holds.")


class ReadConsistency(Schema):
    """Two sizes of this log; `later` is the newest checkpoint's where it is not given."""

    earlier = fields.Integer(required=True, validate=validate.Range(min=0))
    later = fields.Integer(validate=validate.Range(min=0))


class ReadCheckpoints(Schema):
    """The checkpoints of more than so many entries."""

    after = fields.Integer(load_default=0, validate=validate.Range(min=0))
    at_most = fields.Integer(load_default=100, validate=validate.Range(min=1, max=1000))


class ReadRecord(Schema):
    """Everything about these subjects, as of a moment where one is given, proved by the checkpoint of a size."""

    subjects = fields.List(
        fields.String(validate=validate.Length(1, 200)), required=True, validate=validate.Length(1, 500)
    )
    after = fields.Integer(load_default=-1, validate=validate.Range(min=-1))
    until = Moment()
    size = fields.Integer(validate=validate.Range(min=1))


@query(Nothing, permission=PUBLIC)
def log_newest(self: Any, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
    """This log's newest checkpoint (None before the first), and the keys it may be signed with."""
    newest = ledger.newest_checkpoint(self.db)
    department = self.plumbing.department
    trusted = [*self.plumbing.verifier.trust.of(department), self.plumbing.key.public_key()]
    keys = [ledger.key_of(department, each).text for each in trusted]
    return {
        "origin": ledger.origin(department), "checkpoint": newest.note if newest else None,
        "size": newest.size if newest else 0, "keys": list(dict.fromkeys(keys)),
    }


@query(ReadEntries, permission=PUBLIC)
def log_entries(self: Any, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
    """Entries in order; everybody sees position and leaf hash, the rest by the table in `reading`."""
    return {"entries": _reader(self, by).entries(wanted["after"], wanted["at_most"])}


@query(ReadInclusion, permission=PUBLIC)
def log_inclusion(self: Any, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
    """The file that proves one entry: what a receipt's holder asks for."""
    leaf = bytes.fromhex(wanted.pop("leaf")) if "leaf" in wanted else None
    return _reader(self, by).proved_entry(leaf=leaf, **wanted)


@query(ReadConsistency, permission=PUBLIC)
def log_consistency(self: Any, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
    """The file that proves that one state of the log became another; a state never signed has no note in it."""
    newest = ledger.newest_checkpoint(self.db)
    later = wanted.get("later", newest.size if newest else 0)
    if not wanted["earlier"] <= later <= ledger.size(self.db):
        refuse("log_sizes_unknown", f"The log has no states of {wanted['earlier']} and {later} entries, in this order.")
    notes = {size: ledger.checkpoint_at(self.db, size) for size in (wanted["earlier"], later)}
    return {
        "kind": "sunshine.consistency", "version": 1,
        "earlier": notes[wanted["earlier"]].note if notes[wanted["earlier"]] else None,
        "later": notes[later].note if notes[later] else None,
        "proof": [each.hex() for each in ledger.consistency(self.db, wanted["earlier"], later)],
    }


@query(ReadCheckpoints, permission=PUBLIC)
def log_checkpoints(self: Any, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
    """Checkpoints this department has signed, smallest first."""
    rows = self.db.execute(
        select(log_checkpoint.c.size, log_checkpoint.c.note).where(log_checkpoint.c.size > wanted["after"])
        .order_by(log_checkpoint.c.size).limit(wanted["at_most"])
    )
    return {"checkpoints": [{"size": row.size, "checkpoint": row.note} for row in rows]}


@query(ReadRecord, permission=PUBLIC)
def log_record(self: Any, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
    """This log's part of a record: the entries of some subjects with their proofs, as of now or of a moment."""
    return _reader(self, by).record_part(**wanted)


@query(Nothing, permission=PUBLIC)
def log_witnessed(self: Any, wanted: dict[str, Any], by: Caller) -> dict[str, Any]:
    """The newest checkpoint of every other log that was verified here, with the time (of the machine) it was seen."""
    rows = self.db.execute(
        select(witnessed).ext(distinct_on(witnessed.c.origin)).order_by(witnessed.c.origin, witnessed.c.size.desc())
    )
    return {
        "witnessed": [
            {"origin": row.origin, "size": row.size, "checkpoint": row.note, "seen_at": moment_text(row.seen_at)}
            for row in rows
        ]
    }


@every(seconds=CHECKPOINT_EVERY)
def sign_log(self: Any) -> None:
    """Sign the log when there is something new in it, or nothing was said for a quarter of an hour."""
    last = ledger.newest_checkpoint(self.db)
    if not _worth_signing(self, last):
        return
    made = ledger.make_checkpoint(self.db, self.plumbing.department, self.plumbing.key, self.now())
    if made is None:
        return
    checkpoint, note = made
    before = last.size if last else 0
    proof = ledger.consistency(self.db, before, checkpoint.size)
    self.announce(events.checkpoint_made(self.plumbing.department, note, before, proof))


def _worth_signing(self: Any, last: Any) -> bool:
    """A checkpoint's own announcement is an entry too; alone it is no reason for another one."""
    behind = self.db.execute(
        select(journal.c.event).join_from(log_leaf, journal, journal.c.number == log_leaf.c.number)
        .where(log_leaf.c.position >= (last.size if last else 0), journal.c.event != "checkpoint_made").limit(1)
    ).first()
    return behind is not None or (last is not None and datetime.now(UTC) - last.made_at >= HEARTBEAT)


def log_entrypoints(others: Iterable[str]) -> tuple[Any, ...]:
    """The log's entrypoints for a department that has these other departments as neighbours."""
    others = tuple(others)

    @every(seconds=60)
    def notice_silence(self: Any) -> None:
        """Raise the alarm about logs of which nothing has been heard for long."""
        for alarm in witnessing.silent(self.db, map(ledger.origin, others), datetime.now(UTC)):
            _raise_alarm(self, alarm)

    return (
        log_newest, log_entries, log_inclusion, log_consistency, log_checkpoints, log_record, log_witnessed, sign_log,
        notice_silence, *map(_witness_of, others),
    )


def _witness_of(source: str) -> Any:
    def witness(self: Any, fact: dict[str, Any], envelope: dict[str, Any]) -> None:
        """Verify and keep another department's checkpoint, or raise the alarm."""
        name = ledger.origin(source)
        keys = [ledger.key_of(source, each) for each in self.plumbing.verifier.trust.of(source)]

        def ask(earlier: int, later: int) -> list[bytes]:
            answer = getattr(self.call, source).log_consistency(within=ASK_WITHIN, earlier=earlier, later=later)
            return [bytes.fromhex(each) for each in answer["proof"]]

        proof = [bytes.fromhex(each) for each in fact["consistency"]]
        arguments = {"proof": proof, "proof_from": fact["size_before"]}
        try:
            _, alarm = witnessing.witness(self.db, name, fact["checkpoint"], keys, **arguments, ask=ask)
        except Refusal as error:
            log.warning("no proof for %s just now (%s); its next checkpoint is another chance", name, error)
            return
        if alarm:
            _raise_alarm(self, alarm)

    witness.__name__ = witness.__qualname__ = f"witness_{source}"
    return hears(source, "checkpoint_made", events.CheckpointHeard, retry=PATIENTLY)(witness)


def _raise_alarm(self: Any, alarm: witnessing.Alarm) -> None:
    log.error("%s: %s", alarm.kind, alarm.message)
    self.announce(
        events.log_alarm(self.plumbing.department, alarm.about, alarm.kind, alarm.message, alarm.figures, self.now())
    )


def _reader(self: Any, by: Caller) -> reading.Reader:
    # A department's own token entitles to nothing here: what it may know, it hears.
    entitled = by.department is None and by.reaches(ENTITLEMENT)
    viewer = reading.ENTITLED if entitled else reading.ANYBODY
    return reading.Reader(self.db, self.plumbing.department, viewer, getattr(self, "secrecy", None))
