"""The first version's tables about public notices and the board."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


def create() -> None:
    """Make them; those they refer to are there."""
    op.create_table(
        "board_event",
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("event_id", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=True),
        sa.Column("lot_id", sa.String(length=36), nullable=True),
        sa.Column("shows", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_board_event")),
        sa.UniqueConstraint("event_id", name=op.f("uq_board_event_event_id")),
    )
    op.create_index(op.f("ix_board_event_at"), "board_event", ["at"], unique=False)
    op.create_table(
        "notice",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=True),
        sa.Column("project_no", sa.String(length=60), nullable=True),
        sa.Column("purchaser_id", sa.String(length=36), nullable=True),
        sa.Column("purchaser_name", sa.String(length=300), nullable=True),
        sa.Column("region", sa.String(length=60), nullable=True),
        sa.Column("procedure", sa.String(length=60), nullable=True),
        sa.Column("objects", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("document_digest", sa.String(length=64), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("latest_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("more", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.Column("marks", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.CheckConstraint("published_at <= latest_at", name=op.f("ck_notice_latest_at_is_the_latest")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_notice")),
        sa.UniqueConstraint("event_id", name=op.f("uq_notice_event_id")),
        sa.UniqueConstraint("id", name=op.f("uq_notice_id")),
    )
    op.create_index(
        "ix_notice_marks",
        "notice",
        ["marks"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_index(op.f("ix_notice_project_id"), "notice", ["project_id"], unique=False)
    op.create_index("ix_notice_latest_at", "notice", ["latest_at", "number"], unique=False)
    op.create_index(
        "ix_notice_late",
        "notice",
        ["published_at", "number"],
        unique=False,
        postgresql_where=sa.text("published_at < latest_at"),
    )
    op.create_table(
        "panel",
        sa.Column("name", sa.String(length=36), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.String(length=36), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_panel")),
    )
    op.create_table(
        "room_call",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=True),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("room", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=True),
        sa.Column("lot_id", sa.String(length=36), nullable=True),
        sa.Column("called_by", sa.String(length=36), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_by", sa.String(length=36), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_down_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_call")),
    )
    op.create_index(op.f("ix_room_call_organisation_id"), "room_call", ["organisation_id"], unique=False)
