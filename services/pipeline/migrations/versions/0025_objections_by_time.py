"""Objections are found by when they were raised."""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_objection_created_at", "objection", ["created_at"])


def downgrade() -> None:
    op.drop_index("ix_objection_created_at", "objection")
