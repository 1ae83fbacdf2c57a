"""What was told in each round."""

import sqlalchemy as sa
from alembic import op

from services.chassis import migrate, tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "told",
        sa.Column("round", sa.String(40), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
    )
    tables.create(op, migrate.runtime_role())


def downgrade() -> None:
    op.drop_table("told")
