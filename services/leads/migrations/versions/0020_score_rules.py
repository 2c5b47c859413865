"""Rules that give leads points."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "score_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text()),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("group", sa.Text()),
        sa.Column("group_cap", sa.Integer()),
        sa.Column("events", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("at_least", sa.Integer(), nullable=False),
        sa.Column("at_most", sa.Integer()),
        sa.Column("within_days", sa.Integer()),
        sa.Column("half_life_days", sa.Float()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("part IN ('fit', 'engagement')", name=op.f("ck_score_rule_part_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_rule")),
    )


def downgrade() -> None:
    op.drop_table("score_rule")
