"""What was done about a deal is found by the deal."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_activity_now_deal_id",
        "activity_now",
        ["deal_id"],
        postgresql_where=sa.text("deal_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_activity_now_deal_id", "activity_now")
