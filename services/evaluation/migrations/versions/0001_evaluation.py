"""Evaluation's tables, beside the chassis' own."""

from __future__ import annotations

from alembic import op

from services.chassis.migrate import runtime_role
from services.chassis.tables import create
from services.evaluation.migrations.first import foreign, panels, results, reviews

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# A submitted sheet's mark changes only with its change on record, on one of the four grounds (87-64).
_SUBMITTED = """
CREATE FUNCTION evaluation_submitted_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_submitted timestamptz;
BEGIN
    SELECT submitted_at INTO v_submitted FROM score_sheet WHERE id = coalesce(NEW.sheet_id, OLD.sheet_id);
    IF v_submitted IS NULL THEN RETURN coalesce(NEW, OLD); END IF;
    IF TG_OP = 'UPDATE' AND EXISTS (
        SELECT 1 FROM mark_change c WHERE c.sheet_id = OLD.sheet_id AND c.bid_id = OLD.bid_id AND c.factor = OLD.factor
            AND c.old = OLD.points AND c.new = NEW.points) THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'a submitted mark changes only on a lawful ground on record' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER submitted_stays BEFORE INSERT OR UPDATE OR DELETE ON mark
    FOR EACH ROW EXECUTE FUNCTION evaluation_submitted_stays();
"""
_KEPT = ("report_signature", "mark_change", "pool_expert", "finding", "reopening", "recording", "conduct")


def upgrade() -> None:
    create(op, runtime_role())  # type: ignore[arg-type]  # alembic's op module offers all that Operations does
    for question in (foreign, panels, reviews, results):
        question.create()
    op.execute(_SUBMITTED)
    for table in _KEPT:
        op.execute(f'REVOKE UPDATE, DELETE ON {table} FROM "{runtime_role()}"')


def downgrade() -> None:
    raise RuntimeError("the first version is not taken back: drop the database instead")
