"""The first version's tables about enquiries, appointments and surveys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql


def create() -> None:
    """Make them; those they refer to are there."""
    op.create_table(
        "enquiry",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("text", sa.String(length=20000), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=True),
        sa.Column("asker_person_id", sa.String(length=36), nullable=True),
        sa.Column("asker_organisation_id", sa.String(length=36), nullable=True),
        sa.Column("asker_contact", sa.String(length=300), nullable=True),
        sa.Column("publish_agreed", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("owner_person_id", sa.String(length=36), nullable=True),
        sa.Column("owned_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=20000), nullable=True),
        sa.Column("answered_by", sa.String(length=36), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('question','suggestion')", name=op.f("ck_enquiry_kind_known")),
        sa.CheckConstraint("(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_enquiry_answered_with_an_answer")),
        sa.CheckConstraint(
            "published_at IS NULL OR (publish_agreed AND answer IS NOT NULL)",
            name=op.f("ck_enquiry_published_as_agreed"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry")),
        sa.UniqueConstraint("number", name=op.f("uq_enquiry_number")),
    )
    op.create_index(op.f("ix_enquiry_asker_organisation_id"), "enquiry", ["asker_organisation_id"], unique=False)
    op.create_index(op.f("ix_enquiry_asker_person_id"), "enquiry", ["asker_person_id"], unique=False)
    op.create_index(op.f("ix_enquiry_owner_person_id"), "enquiry", ["owner_person_id"], unique=False)
    op.create_index(op.f("ix_enquiry_project_id"), "enquiry", ["project_id"], unique=False)
    op.create_index(
        "ix_enquiry_published",
        "enquiry",
        ["number"],
        unique=False,
        postgresql_where=sa.text("published_at IS NOT NULL"),
    )
    op.create_table(
        "slot",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("topic", sa.String(length=60), nullable=False),
        sa.Column("host_person_id", sa.String(length=36), nullable=False),
        sa.Column("host_name", sa.String(length=300), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_because", sa.String(length=300), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("host_person_id"), "="),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            where=sa.text("withdrawn_at IS NULL"),
            using="gist",
            name="ex_slot_host_once",
        ),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_slot_lasts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
    )
    op.create_index("ix_slot_starts_at", "slot", ["starts_at"], unique=False)
    op.create_table(
        "survey",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("contract_id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=True),
        sa.Column("side", sa.String(length=60), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("satisfied", sa.Boolean(), nullable=True),
        sa.Column("comment", sa.String(length=20000), nullable=True),
        sa.Column("answered_by", sa.String(length=36), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(score IS NULL) = (answered_at IS NULL)", name=op.f("ck_survey_answered_with_a_score")),
        sa.CheckConstraint("score BETWEEN 1 AND 5", name=op.f("ck_survey_score_in_range")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey")),
        sa.UniqueConstraint("contract_id", "side", name="uq_survey_contract_id_side"),
    )
    op.create_index("ix_survey_answered_at", "survey", ["answered_at"], unique=False)
    op.create_index(op.f("ix_survey_organisation_id"), "survey", ["organisation_id"], unique=False)
    op.create_table(
        "appointment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("slot_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=True),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("matter", sa.String(length=300), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_because", sa.String(length=300), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("person_id"), "="),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            where=sa.text("cancelled_at IS NULL"),
            using="gist",
            name="ex_appointment_person_once",
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_appointment_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    op.create_index(op.f("ix_appointment_organisation_id"), "appointment", ["organisation_id"], unique=False)
    op.create_index(op.f("ix_appointment_person_id"), "appointment", ["person_id"], unique=False)
    op.create_index(
        "uq_appointment_slot_live",
        "appointment",
        ["slot_id"],
        unique=True,
        postgresql_where=sa.text("cancelled_at IS NULL"),
    )
    op.create_table(
        "handover",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("enquiry_id", sa.String(length=36), nullable=False),
        sa.Column("from_person_id", sa.String(length=36), nullable=False),
        sa.Column("to_person_id", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiry.id"], name=op.f("fk_handover_enquiry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    op.create_index(op.f("ix_handover_enquiry_id"), "handover", ["enquiry_id"], unique=False)
