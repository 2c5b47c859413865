"""Leads and touches of a campaign are found by its name."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_TABLES = ("lead", "lead_touch")


def upgrade() -> None:
    for table in _TABLES:
        op.create_index(
            f"ix_{table}_campaign",
            table,
            [sa.text("lower(campaign)")],
            postgresql_where=sa.text("campaign IS NOT NULL"),
        )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_index(f"ix_{table}_campaign", table)
