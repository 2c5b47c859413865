"""What market research says."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "market_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("need", sa.Numeric(14, 2), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("researched_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_market_report")),
        sa.CheckConstraint("need >= 0", name=op.f("ck_market_report_need")),
    )
    op.create_index(
        "uq_market_report_about",
        "market_report",
        ["product_id", "starts_on", "ends_on", "source"],
        unique=True,
    )
    op.create_index("ix_market_report_created_at_id", "market_report", ["created_at", "id"])


def downgrade() -> None:
    op.drop_table("market_report")
