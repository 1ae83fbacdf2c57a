"""The log's tables. Rows are inserted and read, never changed."""
from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, String, Table

from services.chassis.tables_base import metadata

log_leaf = Table(
    "log_leaf",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("entry_id", String(36), nullable=False, unique=True),
    Column("leaf", LargeBinary(32), nullable=False),
)
