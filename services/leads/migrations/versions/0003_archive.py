"""Records can be put away."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_TABLES = ("lead", "account", "contact", "activity")


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(table, sa.Column("archived_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    for table in _TABLES:
        op.drop_column(table, "archived_at")
