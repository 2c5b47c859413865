"""The versions of deals whose forecast category a person has set are found by index."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_deal_version_by_hand",
        "deal_version",
        ["deal_id"],
        postgresql_where=sa.text("forecast_category_manual"),
    )


def downgrade() -> None:
    op.drop_index("ix_deal_version_by_hand", "deal_version")
