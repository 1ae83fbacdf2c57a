"""The first version's tables about sealed bids and bonds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


def create() -> None:
    """Make them; those they refer to are there."""
    op.create_table(
        "bid",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("supplier_id", sa.String(length=36), nullable=False),
        sa.Column("supplier", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("agent_id", sa.String(length=36), nullable=False),
        sa.Column("arrival", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("manifest", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("signed", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("manifest_digest", sa.String(length=64), nullable=False),
        sa.Column("sheet_digest", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("receipt", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_by", sa.String(length=36), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(manifest IS NULL) = (replaced_at IS NOT NULL OR withdrawn_at IS NOT NULL)",
            name=op.f("ck_bid_content_while_live"),
        ),
        sa.CheckConstraint("replaced_at IS NULL OR withdrawn_at IS NULL", name=op.f("ck_bid_one_end")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_bid_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid")),
        sa.UniqueConstraint("manifest_digest", name=op.f("uq_bid_manifest_digest")),
    )
    op.create_index(
        "uq_bid_live",
        "bid",
        ["lot_id", "supplier_id"],
        unique=True,
        postgresql_where="replaced_at IS NULL AND withdrawn_at IS NULL",
    )
    op.create_table(
        "bond",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("supplier_id", sa.String(length=36), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("form", sa.String(length=60), nullable=False),
        sa.Column("number", sa.String(length=300), nullable=False),
        sa.Column("account", sa.String(length=300), nullable=False),
        sa.Column("recorded_by", sa.String(length=36), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("return_because", sa.String(length=60), nullable=True),
        sa.Column("return_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_bond_amount_positive")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_bond_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bond")),
    )
    op.create_index(
        "uq_bond_live", "bond", ["lot_id", "supplier_id"], unique=True, postgresql_where="returned_at IS NULL"
    )
