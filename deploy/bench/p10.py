"""P10: the log at 1,000,000 entries: a proof within a millisecond, and appending against hashing the same bytes.

Two lines of the table. LOG_ENTRIES changes the size. Entries are synthetic, of a journal entry's usual length.
"""

from __future__ import annotations

import hashlib
import os
import random
import statistics
import time

from sqlalchemy import Connection, create_engine, select

from deploy.bench.ground import SOURCE, Ground
from deploy.bench.measured import Measured, medians, take_turns
from deploy.trouble import Trouble
from services.chassis.log import ledger
from services.chassis.log.store_tables import log_leaf
from services.chassis.relay import SEALED_AT_ONCE
from services.protocol.log import tree

ENTRIES = int(os.environ.get("LOG_ENTRIES", "1000000"))
APPENDED = 10_000
ENTRY_BYTES = 450
PROOFS = 400
_FILLED_AT_ONCE = 50_000


def measure(ground: Ground) -> list[Measured]:
    """Both on the department's own tables in a durable PostgreSQL, through the code that serves them."""
    engine = create_engine(ground.access(SOURCE).runtime_url)
    with engine.connect() as connection:
        for _ in range(ENTRIES // _FILLED_AT_ONCE):
            _append(connection, [os.urandom(32) for _ in range(_FILLED_AT_ONCE)], _FILLED_AT_ONCE)
        _proof(connection)  # the first one pays for the statement
        proving = take_turns(
            {
                "ours": lambda: _proof(connection),
                "consistency": lambda: _extension(connection),
                "by leaf": lambda: _finding(connection),
            }
        )
        entries = [os.urandom(ENTRY_BYTES) for _ in range(APPENDED)]
        appending = take_turns(
            {
                "ours": lambda: _appending(connection, entries),
                "in memory": lambda: _growing(entries),
                "theirs": lambda: _hashing(entries),
            }
        )
    engine.dispose()
    proof, append = medians(proving), medians(appending)
    return [
        Measured(
            name="P10 proof",
            title=f"proof of one entry in a log of {ENTRIES:,}",
            ratio=1 / proof["ours"],
            at_least=1.0,
            ours=proof["ours"],
            theirs=1.0,
            unit="ms",
            against="one millisecond",
            rounds=proving,
            notes=f"database and hashing together; a consistency proof takes {proof['consistency']:.2f} ms, finding an "
            f"entry by its leaf {proof['by leaf']:.1f} ms",
        ),
        Measured(
            name="P10",
            title=f"appending {APPENDED:,} entries to a log of {ENTRIES:,}",
            ratio=append["ours"] / append["theirs"],
            at_least=0.2,
            ours=append["ours"],
            theirs=append["theirs"],
            unit="entries/s",
            against="bare hashlib: the leaf of each entry and the nodes above, kept nowhere",
            rounds=appending,
            notes=f"into PostgreSQL, {SEALED_AT_ONCE:,} entries a durable commit; the tree alone, in memory: "
            f"{append['in memory'] / append['theirs']:.2f} ×",
        ),
    ]


def _append(connection: Connection, leaves: list[bytes], at_once: int) -> None:
    first = ledger.size(connection)
    for begin in range(0, len(leaves), at_once):
        numbered = enumerate(leaves[begin : begin + at_once], first + begin + 1)
        ledger.append(connection, list(numbered))
        connection.commit()


def _proof(connection: Connection) -> float:
    """Milliseconds a proof, the median of PROOFS, each of another entry; every tenth is checked."""
    size = ledger.size(connection)
    root = tree.root(size, ledger.fetcher(connection))
    taken = []
    for number in range(PROOFS):
        position = random.randrange(size)
        began = time.perf_counter()
        proof = ledger.inclusion(connection, position, size)
        taken.append((time.perf_counter() - began) * 1000)
        if number % 10 == 0:
            (leaf,) = ledger.fetcher(connection)([(0, position, 1)])
            if tree.check_inclusion(leaf, position, size, proof, root):
                raise Trouble(f"the proof of entry {position} is wrong")
    connection.commit()
    return statistics.median(taken)


def _extension(connection: Connection) -> float:
    """The same for consistency proofs between an earlier size and now."""
    size = ledger.size(connection)
    taken = []
    for _ in range(PROOFS):
        earlier = random.randrange(1, size)
        began = time.perf_counter()
        ledger.consistency(connection, earlier, size)
        taken.append((time.perf_counter() - began) * 1000)
    connection.commit()
    return statistics.median(taken)


def _finding(connection: Connection) -> float:
    """Milliseconds to find an entry's position by its leaf, as a receipt's holder asks; the median of a few."""
    size = ledger.size(connection)
    taken = []
    for _ in range(PROOFS // 10):
        (leaf,) = ledger.fetcher(connection)([(0, random.randrange(size), 1)])
        began = time.perf_counter()
        connection.execute(select(log_leaf.c.position).where(log_leaf.c.leaf == leaf).limit(1)).scalar_one()
        taken.append((time.perf_counter() - began) * 1000)
    connection.commit()
    return statistics.median(taken)


def _appending(connection: Connection, entries: list[bytes]) -> float:
    began = time.perf_counter()
    _append(connection, [tree.leaf_hash(entry) for entry in entries], SEALED_AT_ONCE)
    return len(entries) / (time.perf_counter() - began)


def _growing(entries: list[bytes]) -> float:
    began = time.perf_counter()
    tree.grow(0, [], [tree.leaf_hash(entry) for entry in entries])
    return len(entries) / (time.perf_counter() - began)


def _hashing(entries: list[bytes]) -> float:
    """The same hashes as the tree of these entries has, by hashlib alone."""
    began = time.perf_counter()
    run = [hashlib.sha256(b"\0" + entry).digest() for entry in entries]
    while len(run) > 1:
        pairs = zip(run[::2], run[1::2], strict=False)
        run = [hashlib.sha256(b"\1" + left + right).digest() for left, right in pairs] + run[len(run) - len(run) % 2 :]
    return len(entries) / (time.perf_counter() - began)
