"""What was heard."""

import sqlalchemy as sa
from alembic import op

from services.chassis import migrate, tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "heard_thing",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("round", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
    )
    tables.create(op, migrate.runtime_role())


def downgrade() -> None:
    op.drop_table("heard_thing")
