"""Tendering's tables, beside the chassis' own, and the gravest rules as constraints and triggers."""

from __future__ import annotations

from alembic import op

from services.chassis.migrate import runtime_role
from services.chassis.tables import create, keep
from services.tendering.migrations.first import bids, disputes, notices, openings, parties, projects

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
    for question in (parties, projects, notices, bids, disputes, openings):
        question.create()
    for guard in (_IN_TIME, _BID_STAYS, _PUBLISHED_STAYS):
        op.execute(guard)
    for name in ("notice", "sealing_sheet", "template_version", "recording"):
        op.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON {name} FROM "{runtime_role()}"')
    keep(op, "archive", runtime_role())  # type: ignore[arg-type]  # as above
    op.execute(f'REVOKE DELETE, TRUNCATE ON bid FROM "{runtime_role()}"')


def downgrade() -> None:
    raise RuntimeError("the first version is not taken back: drop the database instead")
