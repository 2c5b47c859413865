"""Policies say whether people whose lead has ended are blocked."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "duplicate_policy",
        sa.Column("count_ended", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    )


def downgrade() -> None:
    op.drop_column("duplicate_policy", "count_ended")
