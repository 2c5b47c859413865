"""An issue of an alert belongs to the alert's team, which says who sees it before it has an owner."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("issue", sa.Column("team_id", sa.Uuid()))


def downgrade() -> None:
    op.drop_column("issue", "team_id")
