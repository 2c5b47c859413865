"""Visits by day, channel and source; touches are found by their time; how people prefer to be spoken to."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visit_count",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("visits", sa.BigInteger(), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("visits >= 0", name=op.f("ck_visit_count_visits_not_negative")),
        sa.PrimaryKeyConstraint("day", "channel", "source", name=op.f("pk_visit_count")),
    )
    for table in ("lead", "contact"):
        op.add_column(table, sa.Column("preferred_channel", sa.Text()))
    op.create_index("ix_lead_touch_at", "lead_touch", ["at"])


def downgrade() -> None:
    op.drop_index("ix_lead_touch_at", "lead_touch")
    for table in ("lead", "contact"):
        op.drop_column(table, "preferred_channel")
    op.drop_table("visit_count")
