"""Statements told late are found by when they were told."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_deal_fact_told_late",
        "deal_fact",
        ["known_at"],
        postgresql_where=sa.text("known_at - valid_from > interval '1 minute'"),
    )


def downgrade() -> None:
    op.drop_index("ix_deal_fact_told_late", "deal_fact")
