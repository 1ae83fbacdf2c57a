"""Positions, tree nodes, proofs and checkpoints of this department's own log.

`append` is called by the relay, inside its batch's transaction. Everything else reads: a node never changes once it is
there, so proofs need no lock, and a size taken once stays provable whatever is appended meanwhile.
"""
from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import count, islice, repeat
from operator import itemgetter
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from services.chassis.log.store_tables import log_checkpoint, log_leaf
from services.chassis.wire import moment_text
from services.protocol.log import tree
from services.protocol.log.checkpoint import Checkpoint
from services.protocol.log.note import Key

Database = Connection | Session

# Level 0 is the leaves' own table; above it a complete tile is one row, and what does not fill a tile is the edge.
_STANDING = text(
    "WITH known AS (SELECT coalesce(max(position) + 1, 0) AS size FROM log_leaf) "
    "SELECT -1 AS level, size, NULL AS hashes FROM known "
    "UNION ALL SELECT 0, 0, string_agg(leaf, '' ORDER BY position) FROM log_leaf, known "
    f"WHERE position >= size / {tree.WIDTH} * {tree.WIDTH} "
    "UNION ALL SELECT level, 0, hashes FROM log_edge"
)
_KEPT = text(
    "SELECT 0 AS level, position AS index, leaf AS hashes FROM log_leaf "
    "WHERE position = ANY(CAST(:leaves AS bigint[])) "
    "UNION ALL SELECT t.level, t.index, t.hashes FROM log_tile t "
    'JOIN unnest(CAST(:levels AS smallint[]), CAST(:tiles AS bigint[])) AS w (level, "index") USING (level, index) '
    "UNION ALL SELECT level, -1, hashes FROM log_edge WHERE level = ANY(CAST(:levels AS smallint[]))"
)
_KEEP = text(
    "WITH tiles AS (INSERT INTO log_tile (level, index, hashes) SELECT * FROM unnest("
    "CAST(:levels AS smallint[]), CAST(:tiles AS bigint[]), CAST(:hashes AS bytea[]))) "
    "INSERT INTO log_edge (level, hashes) SELECT * FROM unnest("
    "CAST(:edge_levels AS smallint[]), CAST(:edges AS bytea[])) "
    "ON CONFLICT (level) DO UPDATE SET hashes = excluded.hashes"
)
_COPY_LEAVES = "COPY log_leaf (position, number, leaf) FROM STDIN (FORMAT binary)"
# PostgreSQL's binary COPY: a head, each row as (fields, then length and value of each), an end
_COPY_HEAD, _COPY_END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_LEAF_ROW = struct.Struct("!hiqiqi32s")
_AT_ONCE = 512
"""Rows handed over at once: few, so that the database is soon at work."""


def origin(department: str) -> str:
    """The name of a department's log, on its checkpoints, receipts and keys."""
    return f"sunshine/log/{department}"


def key_of(department: str, public_key: Ed25519PublicKey) -> Key:
    """The key under which a department's log signs."""
    return Key.of(origin(department), public_key)


def append(connection: Database, entries: Sequence[tuple[int, bytes]]) -> int:
    """Give these journal entries (number, leaf hash) the next positions, in order. Answers the first one.

    Positions start at 0 and have no gaps. The caller holds the relay's lock and commits. A batch is one read, one COPY
    and one statement for the nodes, however large it is; the tree grows here while the database takes in the leaves.
    """
    first, edges = _standing(connection)
    if not entries:
        return first
    frontier = tree.nodes(tree.frontier_places(first), partial(_at_the_edge, edges, first))
    numbers, leaves = zip(*entries, strict=True)
    with _copied(connection, first, numbers, leaves):
        grown = tree.grow(first, frontier, leaves)
    _keep(connection, grown.kept[1:], edges)
    return first


def _standing(connection: Database) -> tuple[int, dict[int, bytes]]:
    """The size, and at each kept level the hashes that do not fill a tile yet, end to end."""
    (_, found, _), *rows = sorted(connection.execute(_STANDING).all(), key=itemgetter(0))
    return int(found), {level: bytes(hashes or b"") for level, _, hashes in rows}


def _at_the_edge(edges: Mapping[int, bytes], at_size: int, runs: Sequence[tree.Run]) -> list[bytes]:
    """Nodes of the frontier; each of them is in the edge of its level."""
    hashes = []
    for level, first, width in runs:
        at = first - (at_size >> level) // tree.WIDTH * tree.WIDTH
        hashes.append(edges.get(level, b"")[at * 32 : (at + width) * 32])
    if any(len(each) != 32 * width for each, (_, _, width) in zip(hashes, runs, strict=True)):
        raise LookupError("the log's edge does not fit its size: it was damaged")
    return hashes


@contextmanager
def _copied(connection: Database, first: int, numbers: Sequence[int], leaves: Sequence[bytes]) -> Iterator[None]:
    """Leaves handed to the database, which is done with them at the end of the block."""
    rows = map(_LEAF_ROW.pack, repeat(3), repeat(8), count(first), repeat(8), numbers, repeat(32), leaves)
    mine = connection.connection() if isinstance(connection, Session) else connection
    driver: Any = mine.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(_COPY_LEAVES) as copying:
            copying.write(_COPY_HEAD)
            while some := b"".join(islice(rows, _AT_ONCE)):
                copying.write(some)
            copying.write(_COPY_END)
            yield
    except mine.dialect.loaded_dbapi.Error as error:  # SQLAlchemy knows nothing of a COPY: tell it as it would tell us
        if driver.closed:
            mine.invalidate(error)
        raise OperationalError(_COPY_LEAVES, None, error) from error


def _keep(connection: Database, kept: Sequence[tuple[int, int, list[bytes]]], edges: Mapping[int, bytes]) -> None:
    """Keep new nodes: what fills a tile as rows, the rest as the edge of its level."""
    tile = tree.WIDTH * 32
    full: list[tuple[int, int, bytes]] = []
    rest: dict[int, bytes] = {}
    for level, index, run in kept:
        hashes = edges.get(level, b"") + b"".join(run)
        begin = index // tree.WIDTH
        ends = range(tile, len(hashes) + 1, tile)
        full += [(level, number, hashes[end - tile : end]) for number, end in enumerate(ends, begin)]
        rest[level] = hashes[len(ends) * tile :]
    if rest:
        levels, tiles, content = zip(*full, strict=True) if full else ((), (), ())
        places = {"levels": list(levels), "tiles": list(tiles), "hashes": list(content)}
        connection.execute(_KEEP, {**places, "edge_levels": list(rest), "edges": list(rest.values())})


def size(connection: Database) -> int:
    """How many entries the log has."""
    last = connection.execute(select(func.max(log_leaf.c.position))).scalar()
    return 0 if last is None else int(last) + 1


def fetcher(connection: Database) -> tree.Fetch:
    """Reads kept nodes, any number in one statement. Raises LookupError where one is missing: the log is damaged."""

    def fetch(runs: Sequence[tree.Run]) -> list[bytes]:
        if not runs:
            return []
        tiles = {(level, first // tree.WIDTH) for level, first, _ in runs if level}
        wanted = {
            "leaves": [at for level, first, width in runs if not level for at in range(first, first + width)],
            "levels": [level for level, _ in tiles], "tiles": [index for _, index in tiles],
        }
        found = {(level, index): hashes for level, index, hashes in connection.execute(_KEPT, wanted).all()}
        hashes = [_in_tile(found, *each) if each[0] else _leaves(found, *each) for each in runs]
        missing = [run for run, each in zip(runs, hashes, strict=True) if len(each) != 32 * run[2]]
        if missing:
            raise LookupError(f"the log lacks some of the nodes {missing[:3]}: it was damaged")
        return hashes

    return fetch


def _leaves(found: Mapping[tree.Place, bytes], _: int, first: int, width: int) -> bytes:
    """A run of leaves, end to end, without those that are missing."""
    return b"".join([found.get((0, at), b"") for at in range(first, first + width)])


def _in_tile(found: Mapping[tree.Place, bytes], level: int, first: int, width: int) -> bytes:
    """A run out of its tile, or out of the edge where the tile is not full yet; short where it is in neither."""
    tile, at = divmod(first, tree.WIDTH)
    hashes = found.get((level, tile), found.get((level, -1), b""))
    return hashes[at * 32 : (at + width) * 32]


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
