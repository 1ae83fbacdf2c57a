"""The log's tables. Rows are inserted and read, never changed.

`log_leaf`        position → journal entry and its leaf hash: level 0 of the tree
`log_node`        the kept nodes above (levels 3, 6, …: `services.protocol.log.tree`)
`log_checkpoint`  what this department has signed
`witnessed`       what it has seen and verified of the others
`log_disclosed`   subjects whose secret entries may be read by the entitled now
`log_alarm`       what was wrong with one of them, once for each fault and state held
"""
from __future__ import annotations

from sqlalchemy import BigInteger, Column, DateTime, Index, LargeBinary, SmallInteger, String, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from services.chassis.tables_base import metadata

_MACHINE_TIME = text("clock_timestamp()")

log_leaf = Table(
    "log_leaf",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("entry_id", String(36), nullable=False, unique=True),
    Column("leaf", LargeBinary(32), nullable=False),
    Index("ix_log_leaf_leaf", "leaf"),
)

log_node = Table(
    "log_node",
    metadata,
    Column("level", SmallInteger, primary_key=True, autoincrement=False),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary(32), nullable=False),
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

log_disclosed = Table(
    "log_disclosed",
    metadata,
    Column("subject", String(200), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False, server_default=_MACHINE_TIME),
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
