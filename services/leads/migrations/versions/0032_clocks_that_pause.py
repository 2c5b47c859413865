"""What becomes of leads that wait for their first contact when their owner is absent."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "response_policy", sa.Column("on_absence", sa.Text(), nullable=False, server_default="keep")
    )
    op.alter_column("response_policy", "on_absence", server_default=None)
    op.create_index(
        "ix_response_clock_owner_id",
        "response_clock",
        ["owner_id", "lead_id"],
        postgresql_where=sa.text("outcome IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_response_clock_owner_id", "response_clock")
    op.drop_column("response_policy", "on_absence")
