"""What is said of the market's growth."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "market_growth",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("factor", sa.Numeric(8, 4), nullable=False),
        sa.Column("source_note", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_market_growth")),
        sa.CheckConstraint("factor > 0", name=op.f("ck_market_growth_factor")),
    )
    op.create_index("uq_market_growth_span", "market_growth", ["starts_on", "ends_on"], unique=True)
    op.create_index("ix_market_growth_created_at_id", "market_growth", ["created_at", "id"])


def downgrade() -> None:
    op.drop_table("market_growth")
