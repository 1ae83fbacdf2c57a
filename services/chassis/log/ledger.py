"""Positions, tree nodes, proofs and checkpoints of this department's own log.

`append` is called by the relay, inside its batch's transaction. Everything else reads: a node never changes once it is
there, so proofs need no lock, and a size taken once stays provable whatever is appended meanwhile.
"""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.orm import Session

from services.chassis.log.store_tables import log_checkpoint, log_leaf
from services.chassis.wire import moment_text
from services.protocol.log import tree
from services.protocol.log.checkpoint import Checkpoint
from services.protocol.log.note import Key

Database = Connection | Session

# Many values as one: hashes end to end, ids between commas. Arrays of them cost the driver ten times as much.
_ADD_LEAVES = text(
    "INSERT INTO log_leaf (position, entry_id, leaf) "
    "SELECT :first + at - 1, id, substring(CAST(:leaves AS bytea) FROM CAST(at * 32 - 31 AS int) FOR 32) "
    "FROM string_to_table(:ids, ',') WITH ORDINALITY AS added (id, at)"
)
_ADD_NODES = text(
    'INSERT INTO log_node (level, "index", hash) '
    "SELECT :level, :first + at - 1, substring(CAST(:hashes AS bytea) FROM CAST(at * 32 - 31 AS int) FOR 32) "
    "FROM generate_series(1, :count) AS added (at)"
)
_NODES = text(
    'INSERT INTO log_node (level, "index", hash) '
    "SELECT :level, :first + at - 1, hash FROM unnest(CAST(:hashes AS bytea[])) WITH ORDINALITY AS added (hash, at)"
)
_NODES = text(
    'SELECT coalesce(leaf, hash) AS hash FROM unnest(CAST(:levels AS smallint[]), CAST(:indexes AS bigint[])) '
    'WITH ORDINALITY AS wanted (level, "index", at) '
    "LEFT JOIN log_leaf ON wanted.level = 0 AND log_leaf.position = wanted.index "
    "LEFT JOIN log_node ON wanted.level > 0 AND log_node.level = wanted.level AND log_node.index = wanted.index "
    "ORDER BY at"
)


def origin(department: str) -> str:
    """The name of a department's log, on its checkpoints, receipts and keys."""
    return f"sunshine/log/{department}"


def key_of(department: str, public_key: Ed25519PublicKey) -> Key:
    """The key under which a department's log signs."""
    return Key.of(origin(department), public_key)


def append(connection: Database, entries: Sequence[tuple[str, bytes]]) -> int:
    """Give these journal entries (id, leaf hash) the next positions, in order. Answers the first one.

    Positions start at 0 and have no gaps. The caller holds the relay's lock and commits. Three statements a batch,
    however large it is, and one for every kept level it completes nodes of.
    """
    first = size(connection)
    if not entries:
        return first
    frontier = tree.nodes(tree.frontier_places(first), fetcher(connection))
    grown = tree.grow(first, frontier, [leaf for _, leaf in entries])
    leaves, *upper = grown.kept
    ids = ",".join(entry_id for entry_id, _ in entries)
    connection.execute(_ADD_LEAVES, {"first": first, "ids": ids, "leaves": b"".join(leaves[2])})
    for level, index, run in upper:
        adding = {"level": level, "first": index, "count": len(run), "hashes": b"".join(run)}
        connection.execute(_ADD_NODES, adding)
    return first


def size(connection: Database) -> int:
    """How many entries the log has."""
    last = connection.execute(select(func.max(log_leaf.c.position))).scalar()
    return 0 if last is None else int(last) + 1


def fetcher(connection: Database) -> tree.Fetch:
    """Reads kept nodes, any number in one statement. Raises LookupError where one is missing: the log is damaged."""

    def fetch(places: Sequence[tree.Place]) -> list[bytes]:
        if not places:
            return []
        wanted = {"levels": [level for level, _ in places], "indexes": [index for _, index in places]}
        found = connection.execute(_NODES, wanted).scalars().all()
        missing = [place for place, each in zip(places, found, strict=True) if each is None]
        if missing:
            raise LookupError(f"the log lacks the nodes {missing[:3]}: it was damaged")
        return [bytes(each) for each in found]

    return fetch


def inclusion(connection: Database, position: int, at_size: int) -> list[bytes]:
    """The proof that the entry at `position` is among the first `at_size`."""
    return tree.inclusion(position, at_size, fetcher(connection))


def consistency(connection: Database, earlier: int, later: int) -> list[bytes]:
    """The proof that the first `later` entries begin with the first `earlier`."""
    return tree.consistency(earlier, later, fetcher(connection))


def newest_checkpoint(connection: Database) -> Any:
    """The row of the newest checkpoint this department has signed, or None."""
    return connection.execute(select(log_checkpoint).order_by(log_checkpoint.c.size.desc()).limit(1)).first()


def checkpoint_at(connection: Database, at_size: int) -> Any:
    """The row of the checkpoint of exactly this size, or None."""
    return connection.execute(select(log_checkpoint).where(log_checkpoint.c.size == at_size)).first()


def make_checkpoint(
    connection: Database, department: str, key: Ed25519PrivateKey, now: datetime
) -> tuple[Checkpoint, str] | None:
    """Sign the log as it stands and keep the note; None when it has not grown since the last one.

    now: the law's time; the checkpoint says so.
    """
    found, last = size(connection), newest_checkpoint(connection)
    if found == (last.size if last else 0):
        return None
    made = Checkpoint(origin(department), found, tree.root(found, fetcher(connection)), moment_text(now))
    note = made.signed(key)
    row = {"size": made.size, "root": made.root, "time": now, "note": note}
    connection.execute(insert(log_checkpoint), row)
    return made, note
