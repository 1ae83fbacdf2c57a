"""Notes."""

import sqlalchemy as sa
from alembic import op

from services.chassis import migrate, tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "note",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("topic", sa.String(80), nullable=False),
        sa.UniqueConstraint("key", name="uq_note_key"),
    )
    tables.create(op, migrate.runtime_role())


def downgrade() -> None:
    op.drop_table("note")
