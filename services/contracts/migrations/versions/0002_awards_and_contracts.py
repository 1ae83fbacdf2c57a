"""Awards, bonds, contracts, agreements, signatures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agreement",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("contract_id", sa.String(length=36), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("both_sign", sa.Boolean(), nullable=False),
        sa.Column("data", JSONB(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.String(length=36), nullable=False),
        sa.Column("side", sa.String(length=60), nullable=False),
        sa.Column("in_force_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('supplement', 'amendment', 'termination')", name="known_kind"),
        sa.CheckConstraint("in_force_at IS NULL OR withdrawn_at IS NULL", name="one_end"),
        sa.PrimaryKeyConstraint("id", name="pk_agreement"),
    )
    op.create_index("ix_agreement_contract_id", "agreement", ["contract_id"], unique=False)
    op.create_table(
        "award",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("ranking_id", sa.String(length=36), nullable=False),
        sa.Column("bid_id", sa.String(length=36), nullable=False),
        sa.Column("purchaser_id", sa.String(length=36), nullable=False),
        sa.Column("supplier_id", sa.String(length=36), nullable=False),
        sa.Column("supplier_name", sa.String(length=300), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("by_silence", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("grounds", JSONB(), nullable=False),
        sa.Column("notice_no", sa.String(length=300), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announced_by", sa.String(length=36), nullable=True),
        sa.Column("announcement", JSONB(), nullable=True),
        sa.Column("signing_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("challenge_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_as", sa.String(length=60), nullable=True),
        sa.Column("ended_ground", sa.String(length=60), nullable=True),
        sa.Column("ended_note", sa.String(length=4000), nullable=True),
        sa.Column("passes_over", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_as IS NULL)", name="ended_somehow"),
        sa.CheckConstraint("amount >= 0", name="amount_not_negative"),
        sa.CheckConstraint("by_silence OR decided_by IS NOT NULL", name="somebody_decided"),
        sa.PrimaryKeyConstraint("id", name="pk_award"),
    )
    op.create_index("ix_award_lot_id", "award", ["lot_id"], unique=False)
    op.create_index("ix_award_supplier_id", "award", ["supplier_id"], unique=False)
    op.create_index("uq_award_live", "award", ["lot_id"], unique=True, postgresql_where=sa.text("ended_at IS NULL"))
    op.create_table(
        "award_hold",
        sa.Column("ranking_id", sa.String(length=36), nullable=False),
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("ground", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=4000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("ranking_id", name="pk_award_hold"),
    )
    op.create_table(
        "bond",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("contract_id", sa.String(length=36), nullable=True),
        sa.Column("purchaser_id", sa.String(length=36), nullable=True),
        sa.Column("supplier_id", sa.String(length=36), nullable=False),
        sa.Column("supplier_name", sa.String(length=300), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("form", sa.String(length=60), nullable=True),
        sa.Column("document_digest", sa.String(length=64), nullable=True),
        sa.Column("lodged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_fee", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("kept_ground", sa.String(length=60), nullable=True),
        sa.Column("history", JSONB(), nullable=False),
        sa.CheckConstraint("kind = 'bid' OR contract_id IS NOT NULL", name="performance_has_contract"),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.CheckConstraint("returned_at IS NULL OR kept_at IS NULL", name="one_end"),
        sa.PrimaryKeyConstraint("id", name="pk_bond"),
    )
    op.create_index("ix_bond_lot_id", "bond", ["lot_id"], unique=False)
    op.create_index("ix_bond_supplier_id", "bond", ["supplier_id"], unique=False)
    op.create_index(
        "uq_bond_bid", "bond", ["lot_id", "supplier_id"], unique=True, postgresql_where=sa.text("kind = 'bid'")
    )
    op.create_index(
        "uq_bond_performance", "bond", ["contract_id"], unique=True, postgresql_where=sa.text("kind = 'performance'")
    )
    op.create_table(
        "contract",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("no", sa.String(length=300), nullable=False),
        sa.Column("award_id", sa.String(length=36), nullable=False),
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("purchaser_id", sa.String(length=36), nullable=False),
        sa.Column("supplier_id", sa.String(length=36), nullable=False),
        sa.Column("supplier_name", sa.String(length=300), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("data", JSONB(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drafted_by", sa.String(length=36), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_text", sa.String(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filing_no", sa.String(length=300), nullable=True),
        sa.Column("delivery_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("terminated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("termination_ground", sa.String(length=60), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("supplement_total", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("accepted_total", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("invoiced_total", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("paid_total", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.CheckConstraint(
            "accepted_total >= 0 AND accepted_total <= amount + supplement_total", name="accepted_within_contract"
        ),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.CheckConstraint("completed_at IS NULL OR terminated_at IS NULL", name="one_end"),
        sa.CheckConstraint("invoiced_total >= 0 AND invoiced_total <= accepted_total", name="invoiced_within_accepted"),
        sa.CheckConstraint("paid_total >= 0 AND paid_total <= invoiced_total", name="paid_within_invoiced"),
        sa.CheckConstraint(
            "supplement_total >= 0 AND supplement_total * 10 <= amount", name="supplements_within_tenth"
        ),
        sa.CheckConstraint("voided_at IS NULL OR signed_at IS NULL", name="signed_is_not_voided"),
        sa.PrimaryKeyConstraint("id", name="pk_contract"),
        sa.UniqueConstraint("no", name="uq_contract_no"),
    )
    op.create_index("ix_contract_lot_id", "contract", ["lot_id"], unique=False)
    op.create_index("ix_contract_project_id", "contract", ["project_id"], unique=False)
    op.create_index("ix_contract_purchaser_id", "contract", ["purchaser_id"], unique=False)
    op.create_index("ix_contract_supplier_id", "contract", ["supplier_id"], unique=False)
    op.create_index(
        "uq_contract_live",
        "contract",
        ["lot_id"],
        unique=True,
        postgresql_where=sa.text("terminated_at IS NULL AND voided_at IS NULL"),
    )
    op.create_table(
        "contract_text",
        sa.Column("contract_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("data", JSONB(), nullable=False),
        sa.Column("files", JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("contract_id", "version", name="pk_contract_text"),
    )
    op.create_table(
        "loser_notice",
        sa.Column("award_id", sa.String(length=36), nullable=False),
        sa.Column("bid_id", sa.String(length=36), nullable=False),
        sa.Column("supplier_id", sa.String(length=36), nullable=False),
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("total", sa.String(length=60), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=4000), nullable=True),
        sa.Column("article", sa.String(length=60), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("award_id", "bid_id", name="pk_loser_notice"),
    )
    op.create_index("ix_loser_notice_supplier_id", "loser_notice", ["supplier_id"], unique=False)
    op.create_table(
        "lot_return",
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("ground", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=4000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("lot_id", name="pk_lot_return"),
    )
    op.create_table(
        "signature",
        sa.Column("about_id", sa.String(length=36), nullable=False),
        sa.Column("side", sa.String(length=300), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("person_name", sa.String(length=300), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("signed", JSONB(), nullable=False),
        sa.Column("note", sa.String(length=4000), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("about_id", "side", name="pk_signature"),
    )


def downgrade() -> None:
    op.drop_table("signature")
    op.drop_table("lot_return")
    op.drop_table("loser_notice")
    op.drop_table("contract_text")
    op.drop_table("contract")
    op.drop_table("bond")
    op.drop_table("award_hold")
    op.drop_table("award")
    op.drop_table("agreement")
