"""The log's tables. Rows are inserted and read, never changed, but for the edge.

`log_leaf`        position → number in the journal and leaf hash: level 0 of the tree
`log_tile`        the kept nodes above (levels 4, 8, …: `services.protocol.log.tree`), sixteen neighbours a row
`log_edge`        at each of these levels, the nodes that do not fill a tile yet; the one row that grows
`log_checkpoint`  what this department has signed
`witnessed`       what it has seen and verified of the others
`log_alarm`       what was wrong with one of them, once for each fault and state held
"""
from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.chassis.tables_base import metadata

_MACHINE_TIME = text("clock_timestamp()")

log_leaf = Table(
    "log_leaf",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False, unique=True),
    Column("leaf", LargeBinary(32), nullable=False),
    # Hashes come in no order: a tree of them costs as much as all the rest of the log. Instead every 32 full pages get
    # a filter, and who looks for one leaf reads the filters and then few rows (parallel workers only delay that).
    Index(
        "ix_log_leaf_leaf",
        "leaf",
        postgresql_using="brin",
        postgresql_ops={"leaf": "bytea_bloom_ops(n_distinct_per_range=4000)"},
        postgresql_with={"pages_per_range": 32, "autosummarize": "on"},
    ),
    postgresql_with={"parallel_workers": 0},
)

log_tile = Table(
    "log_tile",
    metadata,
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
    CheckConstraint("octet_length(hashes) = 512", name="full"),
)

log_edge = Table(
    "log_edge",
    metadata,
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
    CheckConstraint("octet_length(hashes) < 512 AND octet_length(hashes) % 32 = 0", name="not_full"),
)

log_checkpoint = Table(
    "log_checkpoint",
    metadata,
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary(32), nullable=False),
    Column("time", DateTime(timezone=True), nullable=False),
    Column("note", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False, server_default=_MACHINE_TIME),
)

witnessed = Table(
    "witnessed",
    metadata,
    Column("origin", String(200), primary_key=True),
    Column("size", BigInteger, primary_key=True, autoincrement=False),
    Column("root", LargeBinary(32), nullable=False),
    Column("note", Text, nullable=False),
    Column("seen_at", DateTime(timezone=True), nullable=False, server_default=_MACHINE_TIME),
)

log_alarm = Table(
    "log_alarm",
    metadata,
    Column("about", String(200), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("evidence", String(100), primary_key=True),
    Column("figures", JSONB, nullable=False),
    Column("raised_at", DateTime(timezone=True), nullable=False, server_default=_MACHINE_TIME),
)
