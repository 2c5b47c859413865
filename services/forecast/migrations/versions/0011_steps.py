"""What changed is found by when, and lost deals by when they were expected to close."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_IS_LOST = sa.text("status = 'lost'")


def upgrade() -> None:
    op.create_index("ix_deal_now_lost", "deal_now", ["expected_close"], postgresql_where=_IS_LOST)
    op.create_index("ix_deal_fact_lost", "deal_fact", ["expected_close"], postgresql_where=_IS_LOST)
    op.create_index("ix_deal_fact_valid_from", "deal_fact", ["valid_from"])


def downgrade() -> None:
    op.drop_index("ix_deal_fact_valid_from", "deal_fact")
    op.drop_index("ix_deal_fact_lost", "deal_fact")
    op.drop_index("ix_deal_now_lost", "deal_now")
