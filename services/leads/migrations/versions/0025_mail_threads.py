"""Ids of mails, by which answers to them find whom they were exchanged with."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("activity", sa.Column("message_id", sa.Text()))
    op.create_index(
        "ix_activity_message_id",
        "activity",
        ["message_id"],
        postgresql_where=sa.text("message_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_activity_message_id", "activity")
    op.drop_column("activity", "message_id")
