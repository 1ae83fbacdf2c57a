"""Deliveries, acceptance, invoices, payments, records."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "performance_record",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("about_id", sa.String(length=36), nullable=False),
        sa.Column("contract_id", sa.String(length=36), nullable=True),
        sa.Column("supplier_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("grade", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=4000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_performance_record"),
        sa.UniqueConstraint("about_id", "kind", name="uq_performance_record_once"),
    )
    op.create_index("ix_performance_record_supplier_id", "performance_record", ["supplier_id"], unique=False)
    op.create_table(
        "contract_line",
        sa.Column("contract_id", sa.String(length=36), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("unit", sa.String(length=60), nullable=False),
        sa.Column("unit_price", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("ordered", sa.Numeric(precision=18, scale=3), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("agreement_id", sa.String(length=36), nullable=True),
        sa.Column("delivered", sa.Numeric(precision=18, scale=3), nullable=False),
        sa.Column("accepted", sa.Numeric(precision=18, scale=3), nullable=False),
        sa.Column("rejected", sa.Numeric(precision=18, scale=3), nullable=False),
        sa.CheckConstraint(
            "accepted >= 0 AND rejected >= 0 AND accepted + rejected <= delivered", name="judged_within_delivered"
        ),
        sa.CheckConstraint("delivered - rejected <= ordered", name="delivered_within_ordered"),
        sa.CheckConstraint("ordered > 0 AND amount >= 0", name="something_ordered"),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_contract_line_contract_id"),
        sa.PrimaryKeyConstraint("contract_id", "no", name="pk_contract_line"),
    )
    op.create_table(
        "delivery",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("contract_id", sa.String(length=36), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("milestone", sa.String(length=300), nullable=True),
        sa.Column("note", sa.String(length=4000), nullable=True),
        sa.Column("file_digest", sa.String(length=64), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_delivery_contract_id"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("contract_id", "no", name="uq_delivery_no"),
    )
    op.create_index("ix_delivery_contract_id", "delivery", ["contract_id"], unique=False)
    op.create_table(
        "invoice",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("contract_id", sa.String(length=36), nullable=False),
        sa.Column("supplier_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=300), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("file_digest", sa.String(length=64), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_because", sa.String(length=4000), nullable=True),
        sa.Column("paid", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.CheckConstraint("paid >= 0 AND paid <= amount", name="paid_within_invoice"),
        sa.CheckConstraint("returned_at IS NULL OR paid = 0", name="returned_is_unpaid"),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_invoice_contract_id"),
        sa.PrimaryKeyConstraint("id", name="pk_invoice"),
    )
    op.create_index("ix_invoice_contract_id", "invoice", ["contract_id"], unique=False)
    op.create_index(
        "uq_invoice_number",
        "invoice",
        ["supplier_id", "number"],
        unique=True,
        postgresql_where=sa.text("returned_at IS NULL"),
    )
    op.create_table(
        "acceptance",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("contract_id", sa.String(length=36), nullable=False),
        sa.Column("delivery_id", sa.String(length=36), nullable=False),
        sa.Column("members", JSONB(), nullable=False),
        sa.Column("verdicts", JSONB(), nullable=False),
        sa.Column("data", JSONB(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(length=36), nullable=False),
        sa.Column("certified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_acceptance_contract_id"),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name="fk_acceptance_delivery_id"),
        sa.PrimaryKeyConstraint("id", name="pk_acceptance"),
    )
    op.create_index("ix_acceptance_contract_id", "acceptance", ["contract_id"], unique=False)
    op.create_index(
        "uq_acceptance_open",
        "acceptance",
        ["delivery_id"],
        unique=True,
        postgresql_where=sa.text("certified_at IS NULL AND withdrawn_at IS NULL"),
    )
    op.create_table(
        "delivery_line",
        sa.Column("delivery_id", sa.String(length=36), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=18, scale=3), nullable=False),
        sa.Column("accepted", sa.Numeric(precision=18, scale=3), nullable=False),
        sa.Column("rejected", sa.Numeric(precision=18, scale=3), nullable=False),
        sa.CheckConstraint(
            "accepted >= 0 AND rejected >= 0 AND accepted + rejected <= quantity", name="judged_within_delivered"
        ),
        sa.CheckConstraint("quantity > 0", name="something_delivered"),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name="fk_delivery_line_delivery_id"),
        sa.PrimaryKeyConstraint("delivery_id", "no", name="pk_delivery_line"),
    )
    op.create_table(
        "payment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("contract_id", sa.String(length=36), nullable=False),
        sa.Column("invoice_id", sa.String(length=36), nullable=False),
        sa.Column("purchaser_id", sa.String(length=36), nullable=False),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("bank_reference", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.CheckConstraint("amount > 0", name="amount_positive"),
        sa.ForeignKeyConstraint(["contract_id"], ["contract.id"], name="fk_payment_contract_id"),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name="fk_payment_invoice_id"),
        sa.PrimaryKeyConstraint("id", name="pk_payment"),
        sa.UniqueConstraint("purchaser_id", "bank_reference", name="uq_payment_bank_reference"),
    )
    op.create_index("ix_payment_contract_id", "payment", ["contract_id"], unique=False)


def downgrade() -> None:
    op.drop_table("payment")
    op.drop_table("delivery_line")
    op.drop_table("acceptance")
    op.drop_table("invoice")
    op.drop_table("delivery")
    op.drop_table("contract_line")
    op.drop_table("performance_record")
