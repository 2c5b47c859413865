"""The organisation's working hours and closed days, and what was done to them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("organisation", sa.Column("working_hours", postgresql.JSONB()))
    op.create_table(
        "closed_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text()),
        sa.CheckConstraint("char_length(name) BETWEEN 1 AND 200", name=op.f("ck_closed_day_name_length")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_closed_day")),
    )
    op.create_table(
        "working_time_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("by", sa.Text()),
        sa.Column("correlation_id", sa.Text()),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_time_step")),
    )
    op.create_index("ix_working_time_step_at_id", "working_time_step", ["at", "id"])


def downgrade() -> None:
    op.drop_table("working_time_step")
    op.drop_table("closed_day")
    op.drop_column("organisation", "working_hours")
