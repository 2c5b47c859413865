"""The organisation's working hours and closed days are known."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("known_organisation", sa.Column("working_hours", postgresql.JSONB()))
    none = sa.text("'{}'")
    op.add_column(
        "known_organisation",
        sa.Column("closed_days", postgresql.ARRAY(sa.Date()), nullable=False, server_default=none),
    )


def downgrade() -> None:
    op.drop_column("known_organisation", "closed_days")
    op.drop_column("known_organisation", "working_hours")
