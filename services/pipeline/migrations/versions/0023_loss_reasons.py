"""Reasons why deals are lost or won, told apart."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "loss_reason",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("needs_note", sa.Boolean(), nullable=False),
        sa.Column("asks_competitor", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("outcome IN ('lost', 'won')", name=op.f("ck_loss_reason_outcome")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loss_reason")),
    )
    op.create_index("uq_loss_reason_outcome_key", "loss_reason", ["outcome", "key"], unique=True)


def downgrade() -> None:
    op.drop_table("loss_reason")
