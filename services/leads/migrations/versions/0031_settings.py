"""Who changed which setting, what and when; and by what scored leads get their grades."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "setting_step",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("setting", sa.Text(), nullable=False),
        sa.Column("setting_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("by", sa.Text()),
        sa.Column("correlation_id", sa.Text()),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting_step")),
    )
    op.create_index("ix_setting_step_setting_id_at_id", "setting_step", ["setting_id", "at", "id"])
    op.create_table(
        "scoring_settings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("grade_by", sa.Text(), nullable=False),
        sa.Column("grades", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("grade_by IN ('share', 'score')", name=op.f("ck_scoring_settings_grade_by_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scoring_settings")),
    )
    op.execute(
        "INSERT INTO scoring_settings (id, version, field_versions, created_at, updated_at, grade_by, grades)"
        " VALUES ('01900000-0000-7000-8000-000000000003', 1, '{}', now(), now(), 'share',"
        """ '{"A": 0.2, "B": 0.5, "C": 0.8}')"""
    )


def downgrade() -> None:
    op.drop_table("scoring_settings")
    op.drop_table("setting_step")
