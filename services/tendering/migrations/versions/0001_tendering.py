"""Tendering's tables, beside the chassis' own, and the gravest rules as constraints and triggers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from services.chassis.migrate import runtime_role
from services.chassis.tables import create, keep

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# The gravest rules, under concurrency too: what the rules refuse with a sentence, the database refuses as such.
_IN_TIME = """
CREATE FUNCTION tendering_bid_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_closes timestamptz;
    v_over boolean;
    v_at timestamptz := CASE WHEN TG_OP = 'INSERT' THEN NEW.received_at ELSE NEW.withdrawn_at END;
BEGIN
    SELECT closes_at, closed_at IS NOT NULL OR failed_at IS NOT NULL OR published_at IS NULL INTO v_closes, v_over
        FROM lot WHERE id = NEW.lot_id FOR SHARE;
    IF v_closes IS NULL OR v_over OR v_at >= v_closes OR chassis_now() >= v_closes THEN
        RAISE EXCEPTION 'no bid is accepted or withdrawn at or after the closing'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'bid_in_time', TABLE = 'bid';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER in_time_when_received BEFORE INSERT ON bid FOR EACH ROW EXECUTE FUNCTION tendering_bid_in_time();
CREATE TRIGGER in_time_when_withdrawn BEFORE UPDATE OF withdrawn_at ON bid FOR EACH ROW
    WHEN (OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL) EXECUTE FUNCTION tendering_bid_in_time();
"""
_BID_STAYS = """
CREATE FUNCTION tendering_bid_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR (NEW.id, NEW.lot_id, NEW.supplier_id, NEW.arrival, NEW.manifest_digest, NEW.received_at)
            IS DISTINCT FROM (OLD.id, OLD.lot_id, OLD.supplier_id, OLD.arrival, OLD.manifest_digest, OLD.received_at)
        OR (NEW.manifest IS NOT NULL AND NEW.manifest IS DISTINCT FROM OLD.manifest)
        OR (OLD.replaced_at IS NOT NULL AND NEW.replaced_at IS DISTINCT FROM OLD.replaced_at)
        OR (OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at) THEN
        RAISE EXCEPTION 'a bid is never changed; it is replaced or withdrawn' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON bid FOR EACH ROW EXECUTE FUNCTION tendering_bid_stays();
"""
_PUBLISHED_STAYS = """
CREATE FUNCTION tendering_published_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what is published is never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON notice FOR EACH ROW EXECUTE FUNCTION tendering_published_stays();
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON sealing_sheet FOR EACH ROW EXECUTE FUNCTION tendering_published_stays();
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON template_version FOR EACH ROW
    EXECUTE FUNCTION tendering_published_stays();
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON archive FOR EACH ROW EXECUTE FUNCTION tendering_published_stays();
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON recording FOR EACH ROW EXECUTE FUNCTION tendering_published_stays();
CREATE TRIGGER stays_when_published BEFORE UPDATE OR DELETE ON document FOR EACH ROW
    WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION tendering_published_stays();
"""


def upgrade() -> None:
    create(op, runtime_role())  # type: ignore[arg-type]  # alembic's op module offers all that Operations does
    op.create_table(
        "appointment",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=True),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("person_id", "role", name=op.f("pk_appointment")),
    )
    op.create_table(
        "archive",
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("entries", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sealed_by", sa.String(length=36), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_until", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_archive")),
    )
    op.create_table(
        "enrolled_certificate",
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("pem", sa.String(length=20000), nullable=True),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("fingerprint", name=op.f("pk_enrolled_certificate")),
    )
    op.create_index("ix_enrolled_certificate_person_id", "enrolled_certificate", ["person_id"], unique=False)
    op.create_table(
        "organisation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=True),
        sa.Column("name", sa.String(length=300), nullable=True),
        sa.Column("credit_code", sa.String(length=60), nullable=True),
        sa.Column("budget_level", sa.String(length=60), nullable=True),
        sa.Column("size", sa.String(length=60), nullable=True),
        sa.Column("responsible_person", sa.String(length=300), nullable=True),
        sa.Column("controllers", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("standing", sa.String(length=60), nullable=True),
        sa.Column("categories", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("reasons", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("barred_until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=True),
        sa.Column("organisation_id", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    op.create_table(
        "project",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("no", sa.String(length=60), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("purchaser_id", sa.String(length=36), nullable=False),
        sa.Column("plan_no", sa.String(length=60), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("funding", sa.String(length=300), nullable=False),
        sa.Column("procedure", sa.String(length=60), nullable=False),
        sa.Column("ground", sa.String(length=60), nullable=True),
        sa.Column("approval_no", sa.String(length=300), nullable=True),
        sa.Column("budget", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("budget_level", sa.String(length=60), nullable=True),
        sa.Column("region", sa.String(length=300), nullable=True),
        sa.Column("wanted_by", sa.Date(), nullable=True),
        sa.Column("items", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("note", sa.String(length=20000), nullable=True),
        sa.Column("excluded", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("previous_project_id", sa.String(length=36), nullable=True),
        sa.Column("drafted_by", sa.String(length=36), nullable=False),
        sa.Column("officer_id", sa.String(length=36), nullable=True),
        sa.Column("reviewer_id", sa.String(length=36), nullable=True),
        sa.Column("host_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_because", sa.String(length=20000), nullable=True),
        sa.Column("plan_confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("plan_confirmed_by", sa.String(length=36), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_day", sa.Date(), nullable=True),
        sa.Column("rules", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_because", sa.String(length=20000), nullable=True),
        sa.CheckConstraint("budget > 0", name=op.f("ck_project_budget_positive")),
        sa.CheckConstraint(
            "officer_id IS NULL OR officer_id <> reviewer_id", name=op.f("ck_project_reviewer_is_another")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("no", name=op.f("uq_project_no")),
    )
    op.create_index("ix_project_created_at", "project", ["created_at", "id"], unique=False)
    op.create_index("ix_project_purchaser_id", "project", ["purchaser_id"], unique=False)
    op.create_table(
        "rule_datum",
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("row", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("kind", "in_force_from", "place", name=op.f("pk_rule_datum")),
    )
    op.create_table(
        "template_version",
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("version", sa.String(length=60), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.Column("content", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("published_by", sa.String(length=36), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", "version", name=op.f("pk_template_version")),
    )
    op.create_table(
        "warning",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("step", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("article", sa.String(length=60), nullable=False),
        sa.Column("figures", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning")),
    )
    op.create_index("ix_warning_at", "warning", ["at", "id"], unique=False)
    op.create_table(
        "amendment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("text", sa.String(length=20000), nullable=False),
        sa.Column("affects_bids", sa.Boolean(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("new_holders", sa.Boolean(), nullable=False),
        sa.Column("prepared_by", sa.String(length=36), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=36), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_id", sa.String(length=36), nullable=True),
        sa.CheckConstraint(
            "published_by IS NULL OR published_by <> prepared_by", name=op.f("ck_amendment_publisher_is_another")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_amendment_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_amendment")),
    )
    op.create_index(op.f("ix_amendment_project_id"), "amendment", ["project_id"], unique=False)
    op.create_table(
        "challenge",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("lot_ids", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("lots_key", sa.String(length=20000), nullable=False),
        sa.Column("about", sa.String(length=60), nullable=False),
        sa.Column("supplier_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("matters", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("request", sa.String(length=20000), nullable=False),
        sa.Column("suspends", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("lodged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=36), nullable=True),
        sa.Column("upheld", sa.Boolean(), nullable=True),
        sa.Column("decision", sa.String(length=20000), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_challenge_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenge")),
        sa.UniqueConstraint(
            "project_id",
            "supplier_id",
            "about",
            "lots_key",
            name=op.f("uq_challenge_project_id_supplier_id_about_lots_key"),
        ),
    )
    op.create_index("ix_challenge_project_id", "challenge", ["project_id", "lodged_at"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("template_key", sa.String(length=60), nullable=False),
        sa.Column("template_version", sa.String(length=60), nullable=False),
        sa.Column("content", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("prepared_by", sa.String(length=36), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.String(length=36), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.String(length=36), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_because", sa.String(length=20000), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "reviewed_by IS NULL OR reviewed_by <> prepared_by", name=op.f("ck_document_reviewer_is_another")
        ),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_document_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("project_id", "version", name=op.f("uq_document_project_id_version")),
    )
    op.create_table(
        "download",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_download_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_download")),
    )
    op.create_index(
        "ix_download_project_id_organisation_id", "download", ["project_id", "organisation_id"], unique=False
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("supplier_id", sa.String(length=36), nullable=False),
        sa.Column("draw", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_invitation_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("project_id", "supplier_id", name=op.f("uq_invitation_project_id_supplier_id")),
    )
    op.create_table(
        "lot",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("object", sa.String(length=60), nullable=False),
        sa.Column("category", sa.String(length=60), nullable=False),
        sa.Column("budget", sa.Numeric(precision=18, scale=2), nullable=False),
        sa.Column("terms", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opening_began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evaluation_began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ranked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("awarded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("winner_id", sa.String(length=36), nullable=True),
        sa.Column("contracted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("again_project_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_lot_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint("project_id", "no", name=op.f("uq_lot_project_id_no")),
    )
    op.create_index(
        "ix_lot_closes_at",
        "lot",
        ["closes_at"],
        unique=False,
        postgresql_where="closed_at IS NULL AND failed_at IS NULL",
    )
    op.create_table(
        "notice",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("text", sa.String(length=20000), nullable=False),
        sa.Column("payload", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("document_digest", sa.String(length=64), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=36), nullable=True),
        sa.Column("period_ends", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_notice_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_project_id", "notice", ["project_id"], unique=False)
    op.create_index("ix_notice_published_at", "notice", ["published_at", "id"], unique=False)
    op.create_index("ix_notice_kind", "notice", ["kind", "published_at", "id"], unique=False)
    op.create_table(
        "question",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("organisation_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("text", sa.String(length=20000), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=20000), nullable=True),
        sa.Column("answered_by", sa.String(length=36), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_question_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    op.create_index("ix_question_project_id", "question", ["project_id", "asked_at"], unique=False)
    op.create_table(
        "seat_holder",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=60), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("test", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("named_by", sa.String(length=36), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proven_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_seat_holder_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_holder")),
        sa.UniqueConstraint("project_id", "round", "person_id", name=op.f("uq_seat_holder_project_id_round_person_id")),
    )
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
    op.create_table(
        "complaint",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("challenge_id", sa.String(length=36), nullable=False),
        sa.Column("project_id", sa.String(length=36), nullable=False),
        sa.Column("lot_ids", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("supplier_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("matters", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("request", sa.String(length=20000), nullable=False),
        sa.Column("lodged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspended_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended_days", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("outcome", sa.String(length=60), nullable=True),
        sa.Column("decision_no", sa.String(length=300), nullable=True),
        sa.Column("text", sa.String(length=20000), nullable=True),
        sa.Column("figures", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.ForeignKeyConstraint(["challenge_id"], ["challenge.id"], name=op.f("fk_complaint_challenge_id")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_complaint_project_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("challenge_id", name=op.f("uq_complaint_challenge_id")),
    )
    op.create_index(op.f("ix_complaint_project_id"), "complaint", ["project_id"], unique=False)
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
        "recording",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(length=36), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_recording_lot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
    )
    op.create_index(op.f("ix_recording_lot_id"), "recording", ["lot_id"], unique=False)
    op.create_table(
        "sealing_sheet",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("lot_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_sealing_sheet_lot_id")),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_sealing_sheet")),
        sa.UniqueConstraint("lot_id", "version", name=op.f("uq_sealing_sheet_lot_id_version")),
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
    for guard in (_IN_TIME, _BID_STAYS, _PUBLISHED_STAYS):
        op.execute(guard)
    for name in ("notice", "sealing_sheet", "template_version", "recording"):
        op.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON {name} FROM "{runtime_role()}"')
    keep(op, "archive", runtime_role())  # type: ignore[arg-type]  # as above
    op.execute(f'REVOKE DELETE, TRUNCATE ON bid FROM "{runtime_role()}"')


def downgrade() -> None:
    raise RuntimeError("the first version is not taken back: drop the database instead")
