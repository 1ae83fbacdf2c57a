"""The first version's tables about releases of open data."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


def create() -> None:
    """Make them; those they refer to are there."""
    op.create_table(
        "process",
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("ocid", sa.String(length=300), nullable=False),
        sa.Column("compiled", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_process")),
        sa.UniqueConstraint("ocid", name=op.f("uq_process_ocid")),
    )
    op.create_index(op.f("ix_process_changed_at"), "process", ["changed_at"], unique=False)
    op.create_table(
        "release",
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("id", sa.String(length=300), nullable=False),
        sa.Column("ocid", sa.String(length=300), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=60), nullable=False),
        sa.Column("tags", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("date", sa.DateTime(timezone=True), nullable=False),
        sa.Column("month", sa.String(length=60), nullable=False),
        sa.Column("body", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_release")),
        sa.UniqueConstraint("event_id", name=op.f("uq_release_event_id")),
        sa.UniqueConstraint("id", name=op.f("uq_release_id")),
    )
    op.create_index("ix_release_month_number", "release", ["month", "number"], unique=False)
    op.create_index("ix_release_ocid_number", "release", ["ocid", "number"], unique=False)
    op.create_table(
        "settled_ranking",
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ranking", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("lot_id", name=op.f("pk_settled_ranking")),
    )
