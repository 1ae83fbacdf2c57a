"""The first version's tables about the opening of bids."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


def create() -> None:
    """Make them; those they refer to are there."""
    op.create_table(
        "opening",
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("host_id", sa.String(length=36), nullable=False),
        sa.Column("room", sa.String(length=300), nullable=True),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("record", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("record_digest", sa.String(length=64), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_opening_lot_id")),
        sa.PrimaryKeyConstraint("lot_id", name=op.f("pk_opening")),
    )
    op.create_table(
        "signal",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("bids", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("figures", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("article", sa.String(length=60), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_signal_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
    )
    op.create_index(op.f("ix_signal_lot_id"), "signal", ["lot_id"], unique=False)
    op.create_table(
        "attendance",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("person_name", sa.String(length=300), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=True),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["opening.lot_id"], name=op.f("fk_attendance_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("lot_id", "person_id", name=op.f("uq_attendance_lot_id_person_id")),
    )
    op.create_table(
        "opened_bid",
        sa.Column("bid_id", sa.String(length=36), nullable=False),
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.String(length=36), nullable=False),
        sa.Column("supplier_name", sa.String(length=300), nullable=False),
        sa.Column("status", sa.String(length=60), nullable=False),
        sa.Column("whose", sa.String(length=60), nullable=True),
        sa.Column("fault", sa.String(length=20000), nullable=True),
        sa.Column("sheet", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("price", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("key", sa.String(length=64), nullable=True),
        sa.Column("files", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("files_digest", sa.String(length=64), nullable=True),
        sa.Column("files_fault", sa.String(length=20000), nullable=True),
        sa.Column("files_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("traces", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("status IN ('opened', 'faulty')", name=op.f("ck_opened_bid_status_known")),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_opened_bid_bid_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["opening.lot_id"], name=op.f("fk_opened_bid_lot_id")),
        sa.PrimaryKeyConstraint("bid_id", name=op.f("pk_opened_bid")),
        sa.UniqueConstraint("lot_id", "place", name=op.f("uq_opened_bid_lot_id_place")),
    )
    op.create_table(
        "posted_share",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("bid_id", sa.String(length=36), nullable=False),
        sa.Column("seat", sa.String(length=60), nullable=False),
        sa.Column("share", sa.String(length=64), nullable=True),
        sa.Column("posted_by", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_posted_share_bid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posted_share")),
    )
    op.create_index("ix_posted_share_bid_id", "posted_share", ["bid_id"], unique=False)
    op.create_table(
        "record_signature",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("place", sa.String(length=60), nullable=False),
        sa.Column("signed", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["opening.lot_id"], name=op.f("fk_record_signature_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_signature")),
        sa.UniqueConstraint("lot_id", "person_id", name=op.f("uq_record_signature_lot_id_person_id")),
    )
    op.create_table(
        "remark",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("bid_id", sa.String(length=36), nullable=False),
        sa.Column("supplier_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("text", sa.String(length=20000), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=20000), nullable=True),
        sa.Column("answered_by", sa.String(length=36), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["lot_id"], ["opening.lot_id"], name=op.f("fk_remark_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
    )
    op.create_index(op.f("ix_remark_lot_id"), "remark", ["lot_id"], unique=False)
    op.create_table(
        "turned_key",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("sheet_digest", sa.String(length=64), nullable=False),
        sa.Column("seat", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("signed", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("short", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["opening.lot_id"], name=op.f("fk_turned_key_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_turned_key")),
    )
    op.create_index("ix_turned_key_lot_id", "turned_key", ["lot_id", "seat"], unique=False)
