"""The registry's tables, beside the chassis' own."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from services.chassis.migrate import runtime_role
from services.chassis.tables import create

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# A decided version of a supplier's file and a declared version of an expert's never change.
_DECIDED = """
CREATE FUNCTION registry_decided_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.decided_at IS NOT NULL THEN
        RAISE EXCEPTION 'a decided version of a supplier''s file stays as it is' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decided_stays BEFORE UPDATE OR DELETE ON supplier_version
    FOR EACH ROW EXECUTE FUNCTION registry_decided_stays();
"""


def upgrade() -> None:
    create(op, runtime_role())  # type: ignore[arg-type]  # alembic's op module offers all that Operations does
    op.create_table(
        "expert_performance",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("lot_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_performance")),
    )
    op.create_index(op.f("ix_expert_performance_person_id"), "expert_performance", ["person_id"], unique=False)
    op.create_table(
        "issued_certificate",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("serial", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_issued_certificate")),
        sa.UniqueConstraint("serial", name=op.f("uq_issued_certificate_serial")),
    )
    op.create_index(op.f("ix_issued_certificate_issued_at"), "issued_certificate", ["issued_at"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("credit_code", sa.String(length=18), nullable=False),
        sa.Column("budget_level", sa.String(length=60), nullable=True),
        sa.Column("size", sa.String(length=60), nullable=True),
        sa.Column("responsible_person", sa.String(length=200), nullable=True),
        sa.Column("controllers", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_because", sa.String(length=500), nullable=True),
        sa.CheckConstraint(
            "kind IN ('centre','purchaser','supplier','finance','hall','agency')",
            name=op.f("ck_organisation_kind_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_index("ix_organisation_kind_id", "organisation", ["kind", "id"], unique=False)
    op.create_index(
        "uq_organisation_live_code",
        "organisation",
        ["credit_code"],
        unique=True,
        postgresql_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "rule_row",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.Column("row", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("published_by", sa.String(length=60), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_row")),
    )
    op.create_index("uq_rule_row_version", "rule_row", ["kind", "key", "scope", "in_force_from"], unique=True)
    op.create_table(
        "spent_challenge",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("stale_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_spent_challenge")),
    )
    op.create_index(op.f("ix_spent_challenge_stale_at"), "spent_challenge", ["stale_at"], unique=False)
    op.create_table(
        "supplier_performance",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("contract_id", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("grade", sa.String(length=60), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_performance")),
    )
    op.create_index(
        op.f("ix_supplier_performance_organisation_id"), "supplier_performance", ["organisation_id"], unique=False
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=200), nullable=True),
        sa.Column("phone", sa.String(length=60), nullable=True),
        sa.Column("language", sa.String(length=60), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_person_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_index(op.f("ix_person_organisation_id"), "person", ["organisation_id"], unique=False)
    op.create_table(
        "supplier",
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("said", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("look_again_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_supplier_organisation_id")),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_supplier")),
    )
    op.create_index(op.f("ix_supplier_look_again_at"), "supplier", ["look_again_at"], unique=False)
    op.create_table(
        "supplier_restriction",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("ground", sa.String(length=60), nullable=False),
        sa.Column("article", sa.String(length=60), nullable=False),
        sa.Column("decision_no", sa.String(length=80), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=36), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.String(length=36), nullable=True),
        sa.Column("lifted_because", sa.String(length=500), nullable=True),
        sa.CheckConstraint("kind <> 'bar' OR until_day IS NOT NULL", name=op.f("ck_supplier_restriction_bar_ends")),
        sa.CheckConstraint("kind IN ('suspension','bar')", name=op.f("ck_supplier_restriction_kind_known")),
        sa.CheckConstraint("until_day >= from_day", name=op.f("ck_supplier_restriction_forward")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_supplier_restriction_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_restriction")),
        sa.UniqueConstraint("kind", "decision_no", name=op.f("uq_supplier_restriction_kind_decision_no")),
    )
    op.create_index(
        "ix_supplier_restriction_organisation", "supplier_restriction", ["organisation_id", "kind"], unique=False
    )
    op.create_table(
        "supplier_version",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("touched_by", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("drafted_by", sa.String(length=36), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.String(length=36), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("examined_by", sa.String(length=36), nullable=True),
        sa.Column("examined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remarks", sa.String(length=2000), nullable=True),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("admitted", sa.Boolean(), nullable=True),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("(decided_at IS NULL) = (admitted IS NULL)", name=op.f("ck_supplier_version_decided_once")),
        sa.CheckConstraint(
            "decided_at IS NULL OR submitted_at <= decided_at AND examined_at <= decided_at",
            name=op.f("ck_supplier_version_in_order"),
        ),
        sa.CheckConstraint(
            "decided_at IS NULL OR submitted_by IS NOT NULL AND examined_by IS NOT NULL",
            name=op.f("ck_supplier_version_by_somebody"),
        ),
        sa.CheckConstraint(
            "decided_by <> examined_by AND decided_by <> submitted_by", name=op.f("ck_supplier_version_other_hands")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_supplier_version_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_version")),
        sa.UniqueConstraint("organisation_id", "number", name=op.f("uq_supplier_version_organisation_id_number")),
    )
    op.create_index(
        "ix_supplier_version_waiting",
        "supplier_version",
        ["submitted_at"],
        unique=False,
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_index(
        "uq_supplier_version_open",
        "supplier_version",
        ["organisation_id"],
        unique=True,
        postgresql_where=sa.text("decided_at IS NULL"),
    )
    op.create_table(
        "appointment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appointed_by", sa.String(length=60), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(length=500), nullable=True),
        sa.CheckConstraint("appointed_by <> person_id", name=op.f("ck_appointment_not_oneself")),
        sa.CheckConstraint("until IS NULL OR until > since", name=op.f("ck_appointment_forward")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_appointment_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    op.create_index(op.f("ix_appointment_role"), "appointment", ["role"], unique=False)
    op.create_index(
        "ix_appointment_until", "appointment", ["until"], unique=False, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.create_index(
        "uq_appointment_held",
        "appointment",
        ["person_id", "role"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "certificate",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("key_kind", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=500), nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("serial", sa.String(length=60), nullable=False),
        sa.Column("pem", sa.Text(), nullable=False),
        sa.Column("chain", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_because", sa.String(length=60), nullable=True),
        sa.CheckConstraint("purpose IN ('signing','encryption')", name=op.f("ck_certificate_purpose_known")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_certificate_person_id")),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_certificate")),
    )
    op.create_index("ix_certificate_issuer_serial", "certificate", ["issuer", "serial"], unique=False)
    op.create_index(op.f("ix_certificate_person_id"), "certificate", ["person_id"], unique=False)
    op.create_table(
        "expert",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("enrolled_by", sa.String(length=36), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("admitted_by", sa.String(length=36), nullable=True),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_because", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_expert_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_expert")),
    )
    op.create_table(
        "supervisor_duty",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("scheduled_by", sa.String(length=36), nullable=False),
        sa.CheckConstraint("until > since", name=op.f("ck_supervisor_duty_forward")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_supervisor_duty_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervisor_duty")),
    )
    op.create_index(op.f("ix_supervisor_duty_since"), "supervisor_duty", ["since"], unique=False)
    op.create_table(
        "expert_suspension",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("ground", sa.String(length=60), nullable=False),
        sa.Column("decision_no", sa.String(length=80), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.Column("decided_by", sa.String(length=36), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_because", sa.String(length=500), nullable=True),
        sa.CheckConstraint("until_day >= from_day", name=op.f("ck_expert_suspension_forward")),
        sa.ForeignKeyConstraint(["person_id"], ["expert.person_id"], name=op.f("fk_expert_suspension_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_suspension")),
    )
    op.create_index(op.f("ix_expert_suspension_person_id"), "expert_suspension", ["person_id"], unique=False)
    op.create_table(
        "expert_version",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("facts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("declared_by", sa.String(length=36), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["expert.person_id"], name=op.f("fk_expert_version_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert_version")),
        sa.UniqueConstraint("person_id", "number", name=op.f("uq_expert_version_person_id_number")),
    )
    op.create_table(
        "session",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("secret_digest", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(["fingerprint"], ["certificate.fingerprint"], name=op.f("fk_session_fingerprint")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_fingerprint"), "session", ["fingerprint"], unique=False)
    op.create_index(
        "ix_session_person_open", "session", ["person_id"], unique=False, postgresql_where=sa.text("ended_at IS NULL")
    )
    op.execute(_DECIDED)
    op.execute(f'REVOKE UPDATE, DELETE ON expert_version FROM "{runtime_role()}"')


def downgrade() -> None:
    raise RuntimeError("the first version is not taken back: drop the database instead")
