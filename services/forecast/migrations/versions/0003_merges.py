"""Leads become part of others."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("lead_now", sa.Column("merged_into", sa.Uuid()))


def downgrade() -> None:
    op.drop_column("lead_now", "merged_into")
