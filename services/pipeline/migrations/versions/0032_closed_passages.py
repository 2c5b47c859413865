"""Passages of deals that were closed and reopened, found by their deal."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_deal_passage_closed",
        "deal_passage",
        ["deal_id"],
        postgresql_where=sa.text("outcome IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_deal_passage_closed", "deal_passage")
