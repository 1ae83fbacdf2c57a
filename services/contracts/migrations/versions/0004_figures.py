"""The statistics' read model."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "figure_cell",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("projects", sa.Integer(), nullable=False),
        sa.Column("lots", sa.Integer(), nullable=False),
        sa.Column("budget", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("ceiling", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("awarded_lots", sa.Integer(), nullable=False),
        sa.Column("award_amount", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("contracts", sa.Integer(), nullable=False),
        sa.Column("contracted_budget", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("contract_amount", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("supplements", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("paid", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.Column("terminated", sa.Integer(), nullable=False),
        sa.Column("failed_lots", sa.Integer(), nullable=False),
        sa.Column("failed_budget", sa.Numeric(precision=20, scale=2), nullable=False),
        sa.PrimaryKeyConstraint("year", "dimension", "key", name="pk_figure_cell"),
    )
    op.create_table(
        "figure_fact",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("source", sa.String(length=60), nullable=False),
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("fact", JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("folded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_figure_fact"),
    )
    op.create_index(
        "ix_figure_fact_waiting", "figure_fact", ["number"], unique=False, postgresql_where=sa.text("NOT folded")
    )
    op.create_table(
        "figure_lot",
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=True),
        sa.Column("record", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("lot_id", name="pk_figure_lot"),
    )
    op.create_index("ix_figure_lot_project_id", "figure_lot", ["project_id"], unique=False)
    op.create_table(
        "figure_project",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("dimension", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("lots", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", "dimension", "key", "project_id", name="pk_figure_project"),
    )


def downgrade() -> None:
    op.drop_table("figure_project")
    op.drop_table("figure_lot")
    op.drop_table("figure_fact")
    op.drop_table("figure_cell")
