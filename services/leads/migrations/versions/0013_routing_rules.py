"""Routing rules, and versions of the fields of absences."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


_KEPT = ("absence", "lead_queue", "seller")


def upgrade() -> None:
    for table in _KEPT:
        op.add_column(table, sa.Column("archived_at", sa.DateTime(timezone=True)))
    op.add_column(
        "absence", sa.Column("field_versions", postgresql.JSONB(), nullable=False, server_default="{}")
    )
    op.alter_column("absence", "field_versions", server_default=None)
    op.create_table(
        "routing_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("condition", sa.Text()),
        sa.Column("action", postgresql.JSONB(), nullable=False),
        sa.Column("fallthrough", sa.Boolean(), nullable=False),
        sa.Column("working_hours", sa.Text(), nullable=False),
        sa.Column("respect_capacity", sa.Boolean(), nullable=False),
        sa.Column("seller_group", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_rule")),
    )
    op.create_index("ix_routing_rule_position_id", "routing_rule", ["position", "id"])


def downgrade() -> None:
    op.drop_table("routing_rule")
    op.drop_column("absence", "field_versions")
    for table in _KEPT:
        op.drop_column(table, "archived_at")
