"""What other departments told us, and the chassis' own tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.chassis import migrate, tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "appointment",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "role", name="pk_appointment"),
    )
    op.create_table(
        "enrolled_certificate",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=True),
        sa.Column("pem", sa.String(), nullable=True),
        sa.Column("chain", JSONB(), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=4000), nullable=True),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_enrolled_certificate"),
    )
    op.create_table(
        "heard_dispute",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=True),
        sa.Column("lots", JSONB(), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=True),
        sa.Column("supplier_id", sa.String(length=36), nullable=True),
        sa.Column("lodged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspends", JSONB(), nullable=False),
        sa.Column("suspended_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("outcome", sa.String(length=60), nullable=True),
        sa.Column("decision_no", sa.String(length=300), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_heard_dispute"),
    )
    op.create_index("ix_heard_dispute_project_id", "heard_dispute", ["project_id"], unique=False)
    op.create_table(
        "lot",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("no", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=True),
        sa.Column("object", sa.String(length=60), nullable=True),
        sa.Column("category", sa.String(length=60), nullable=True),
        sa.Column("budget", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("ceiling", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("procedure", sa.String(length=60), nullable=True),
        sa.Column("award_method", sa.String(length=60), nullable=True),
        sa.Column("reserved_for_small", sa.Boolean(), nullable=False),
        sa.Column("conditions", JSONB(), nullable=False),
        sa.Column("bid_bond", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("document_digest", sa.String(length=64), nullable=True),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nonce", sa.String(length=64), nullable=True),
        sa.Column("present", JSONB(), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_lot"),
    )
    op.create_index("ix_lot_project_id", "lot", ["project_id"], unique=False)
    op.create_table(
        "opened_bid",
        sa.Column("bid_id", sa.String(length=36), nullable=False),
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("supplier_id", sa.String(length=36), nullable=False),
        sa.Column("supplier_name", sa.String(length=300), nullable=False),
        sa.Column("credit_code", sa.String(length=60), nullable=True),
        sa.Column("price", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("sheet", JSONB(), nullable=False),
        sa.Column("manifest_digest", sa.String(length=64), nullable=True),
        sa.Column("files_digest", sa.String(length=64), nullable=True),
        sa.Column("consortium", JSONB(), nullable=False),
        sa.Column("status", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("bid_id", name="pk_opened_bid"),
    )
    op.create_index("ix_opened_bid_lot_id", "opened_bid", ["lot_id"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=True),
        sa.Column("name", sa.String(length=300), nullable=True),
        sa.Column("credit_code", sa.String(length=60), nullable=True),
        sa.Column("size", sa.String(length=60), nullable=True),
        sa.Column("standing", sa.String(length=60), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("contact", sa.String(length=300), nullable=True),
        sa.Column("bank_account", sa.String(length=300), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=True),
        sa.Column("organisation_id", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
    )
    op.create_table(
        "project",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("no", sa.String(length=300), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=True),
        sa.Column("purchaser_id", sa.String(length=36), nullable=True),
        sa.Column("purchaser_name", sa.String(length=300), nullable=True),
        sa.Column("officer_id", sa.String(length=36), nullable=True),
        sa.Column("reviewer_id", sa.String(length=36), nullable=True),
        sa.Column("procedure", sa.String(length=60), nullable=True),
        sa.Column("budget_level", sa.String(length=60), nullable=True),
        sa.Column("fiscal_year", sa.Integer(), nullable=True),
        sa.Column("funding", sa.String(length=300), nullable=True),
        sa.Column("plan_no", sa.String(length=300), nullable=True),
        sa.Column("rules_date", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_project"),
    )
    op.create_table(
        "ranking",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("method", sa.String(length=60), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("report_digest", sa.String(length=64), nullable=True),
        sa.Column("panel", JSONB(), nullable=False),
        sa.Column("places", JSONB(), nullable=False),
        sa.Column("rejected", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ranking"),
    )
    op.create_index("ix_ranking_lot", "ranking", ["lot_id", "settled_at"], unique=False)
    op.create_table(
        "survey",
        sa.Column("contract_id", sa.String(length=36), nullable=False),
        sa.Column("side", sa.String(length=60), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("satisfied", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("contract_id", "side", name="pk_survey"),
    )
    tables.create(op, migrate.runtime_role())


def downgrade() -> None:
    op.drop_table("survey")
    op.drop_table("ranking")
    op.drop_table("project")
    op.drop_table("person")
    op.drop_table("organisation")
    op.drop_table("opened_bid")
    op.drop_table("lot")
    op.drop_table("heard_dispute")
    op.drop_table("enrolled_certificate")
    op.drop_table("appointment")
