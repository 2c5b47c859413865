"""Clocks say from which version of their deal they follow."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deal_clock", sa.Column("deal_version", sa.Integer(), nullable=False, server_default="0"))
    op.execute("""
        INSERT INTO agenda_entry (kind, subject_id, due_at, payload, attempts)
        VALUES ('deal.sweep', gen_random_uuid(), now(), '{"stage_id": null, "after": null}', 0)
    """)


def downgrade() -> None:
    op.drop_column("deal_clock", "deal_version")
