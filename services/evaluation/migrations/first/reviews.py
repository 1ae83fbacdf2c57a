"""The first version's tables about the review of bids, from qualification to marks and rounds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


def create() -> None:
    """Make them; those they refer to are there."""
    op.create_table(
        "evaluation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.String(length=36), nullable=True),
        sa.Column("scored", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("qualification_closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("conformity_closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("corrections_found_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("prices_examined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("prices_closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sheets_closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outliers_seen", sa.String(length=4000), nullable=True),
        sa.Column("ranked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint("failed_at IS NULL OR settled_at IS NULL", name=op.f("ck_evaluation_one_end")),
        sa.ForeignKeyConstraint(["panel_id"], ["panel.id"], name=op.f("fk_evaluation_panel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
        sa.UniqueConstraint("lot_id", "attempt", name=op.f("uq_evaluation_lot_id_attempt")),
    )
    op.create_index(op.f("ix_evaluation_panel_id"), "evaluation", ["panel_id"], unique=False)
    op.create_index(op.f("ix_evaluation_project_id"), "evaluation", ["project_id"], unique=False)
    op.create_table(
        "appraisal",
        sa.Column("evaluation_id", sa.String(length=36), nullable=False),
        sa.Column("bid_id", sa.String(length=36), nullable=False),
        sa.Column("quoted", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("price", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("corrections", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("triggers", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("deductions", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("evaluation_price", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluation.id"], name=op.f("fk_appraisal_evaluation_id")),
        sa.PrimaryKeyConstraint("evaluation_id", "bid_id", name=op.f("pk_appraisal")),
    )
    op.create_table(
        "qualification_check",
        sa.Column("evaluation_id", sa.String(length=36), nullable=False),
        sa.Column("bid_id", sa.String(length=36), nullable=False),
        sa.Column("side", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=4000), nullable=False),
        sa.Column("article", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name=op.f("fk_qualification_check_evaluation_id")
        ),
        sa.PrimaryKeyConstraint("evaluation_id", "bid_id", "side", name=op.f("pk_qualification_check")),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("evaluation_id", sa.String(length=36), nullable=False),
        sa.Column("bid_id", sa.String(length=36), nullable=False),
        sa.Column("supplier_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=4000), nullable=True),
        sa.Column("evidence", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=True),
        sa.Column("amount", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluation.id"], name=op.f("fk_question_evaluation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    op.create_index(op.f("ix_question_evaluation_id"), "question", ["evaluation_id"], unique=False)
    op.create_index(op.f("ix_question_supplier_id"), "question", ["supplier_id"], unique=False)
    op.create_table(
        "rejection",
        sa.Column("evaluation_id", sa.String(length=36), nullable=False),
        sa.Column("bid_id", sa.String(length=36), nullable=False),
        sa.Column("stage", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=4000), nullable=False),
        sa.Column("article", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluation.id"], name=op.f("fk_rejection_evaluation_id")),
        sa.PrimaryKeyConstraint("evaluation_id", "bid_id", name=op.f("pk_rejection")),
    )
    op.create_table(
        "round",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("evaluation_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("changes", sa.String(length=4000), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluation.id"], name=op.f("fk_round_evaluation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")),
        sa.UniqueConstraint("evaluation_id", "number", name=op.f("uq_round_evaluation_id_number")),
    )
    op.create_table(
        "score_sheet",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("evaluation_id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluation.id"], name=op.f("fk_score_sheet_evaluation_id")),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_score_sheet_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_sheet")),
        sa.UniqueConstraint("evaluation_id", "member_id", name=op.f("uq_score_sheet_evaluation_id_member_id")),
    )
    op.create_table(
        "vote",
        sa.Column("scope_id", sa.String(length=36), nullable=False),
        sa.Column("matter", sa.String(length=300), nullable=False),
        sa.Column("member_id", sa.String(length=36), nullable=False),
        sa.Column("choice", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.String(length=4000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["member.id"], name=op.f("fk_vote_member_id")),
        sa.PrimaryKeyConstraint("scope_id", "matter", "member_id", name=op.f("pk_vote")),
    )
    op.create_table(
        "mark",
        sa.Column("sheet_id", sa.String(length=36), nullable=False),
        sa.Column("bid_id", sa.String(length=36), nullable=False),
        sa.Column("factor", sa.String(length=60), nullable=False),
        sa.Column("points", sa.Numeric(precision=7, scale=2), nullable=False),
        sa.CheckConstraint("points >= 0", name=op.f("ck_mark_points_not_negative")),
        sa.ForeignKeyConstraint(["sheet_id"], ["score_sheet.id"], name=op.f("fk_mark_sheet_id")),
        sa.PrimaryKeyConstraint("sheet_id", "bid_id", "factor", name=op.f("pk_mark")),
    )
    op.create_table(
        "mark_change",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("sheet_id", sa.String(length=36), nullable=False),
        sa.Column("bid_id", sa.String(length=36), nullable=False),
        sa.Column("factor", sa.String(length=60), nullable=False),
        sa.Column("old", sa.Numeric(precision=7, scale=2), nullable=False),
        sa.Column("new", sa.Numeric(precision=7, scale=2), nullable=False),
        sa.Column("ground", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=4000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ground IN ('arithmetic', 'out_of_range', 'objective_unequal', 'abnormal')",
            name=op.f("ck_mark_change_ground_lawful"),
        ),
        sa.ForeignKeyConstraint(["sheet_id"], ["score_sheet.id"], name=op.f("fk_mark_change_sheet_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark_change")),
    )
    op.create_index("ix_mark_change_sheet", "mark_change", ["sheet_id"], unique=False)
    op.create_table(
        "round_offer",
        sa.Column("round_id", sa.String(length=36), nullable=False),
        sa.Column("bid_id", sa.String(length=36), nullable=False),
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("price", sa.Numeric(precision=18, scale=2), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_offer_round_id")),
        sa.PrimaryKeyConstraint("round_id", "bid_id", name=op.f("pk_round_offer")),
    )
