"""notify's tables, beside the chassis' own."""

from __future__ import annotations

from alembic import op

from services.chassis.migrate import runtime_role
from services.chassis.tables import create
from services.notify.migrations.first import bulletin, desk, foreign, messages, open_data

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# What is published stays as it was published: notices, the board's stream, releases.
_PUBLISHED_STAYS = """
CREATE FUNCTION notify_published_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what is published is neither changed nor deleted' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER published_stays BEFORE UPDATE OR DELETE ON notice
    FOR EACH ROW EXECUTE FUNCTION notify_published_stays();
CREATE TRIGGER published_stays BEFORE UPDATE OR DELETE ON board_event
    FOR EACH ROW EXECUTE FUNCTION notify_published_stays();
CREATE TRIGGER published_stays BEFORE UPDATE OR DELETE ON release
    FOR EACH ROW EXECUTE FUNCTION notify_published_stays();
"""


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")  # equality beside overlap in one exclusion constraint
    op.execute("CREATE SEQUENCE notice_number")
    for question in (foreign, messages, bulletin, desk, open_data):
        question.create()
    op.execute(_PUBLISHED_STAYS)
    create(op, runtime_role())  # type: ignore[arg-type]  # alembic's op module offers all that Operations does
