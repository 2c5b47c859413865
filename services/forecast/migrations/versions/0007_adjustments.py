"""Adjustments of the forecast, and every state they were in."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def _judgement() -> list[sa.Column[Any]]:
    return [
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("base_amount", sa.Numeric(), nullable=False),
        sa.Column("base_currency", sa.Text(), nullable=False),
        sa.Column("replaced", sa.Numeric(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("author_id", sa.Uuid()),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "adjustment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("team_id", sa.Uuid()),
        sa.Column("owner_id", sa.Uuid()),
        sa.Column("rollup", sa.Text(), nullable=False),
        sa.Column("figure", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        *_judgement(),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("num_nonnulls(team_id, owner_id) <= 1", name=op.f("ck_adjustment_one_node")),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_adjustment_not_negative")),
        sa.CheckConstraint("side IN ('owner', 'manager')", name=op.f("ck_adjustment_side")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adjustment")),
    )
    op.create_index(
        "uq_adjustment_place",
        "adjustment",
        ["starts_on", "ends_on", "team_id", "owner_id", "rollup", "figure", "side"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_index("ix_adjustment_updated_at_id", "adjustment", ["updated_at", "id"])
    op.create_table(
        "adjustment_state",
        sa.Column("adjustment_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *_judgement(),
        sa.PrimaryKeyConstraint("adjustment_id", "version", name=op.f("pk_adjustment_state")),
    )


def downgrade() -> None:
    op.drop_table("adjustment_state")
    op.drop_table("adjustment")
