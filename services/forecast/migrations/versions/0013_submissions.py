"""Submissions of the forecast, every state they were in, and when they are due."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "submission_rule",
        sa.Column("id", sa.SmallInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("rules", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_submission_rule_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_rule")),
    )
    op.create_table(
        "submission",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("team_id", sa.Uuid()),
        sa.Column("owner_id", sa.Uuid()),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Numeric(), nullable=False),
        sa.Column("author_id", sa.Uuid()),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("num_nonnulls(team_id, owner_id) <= 1", name=op.f("ck_submission_one_node")),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'accepted', 'returned', 'locked')",
            name=op.f("ck_submission_status"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
    )
    op.create_index(
        "uq_submission_round",
        "submission",
        ["starts_on", "ends_on", "team_id", "owner_id", "due_at"],
        unique=True,
        postgresql_where=sa.text("due_at IS NOT NULL OR status IN ('draft', 'submitted', 'returned')"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_index("ix_submission_created_at_id", "submission", ["created_at", "id"])
    op.create_table(
        "submission_state",
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid()),
        sa.Column("state", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("submission_id", "version", name=op.f("pk_submission_state")),
    )
    op.execute("""
        CREATE FUNCTION keep_submission_state() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'what a submission was is kept for ever';
        END $$
    """)
    op.execute("""
        CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON submission_state
        FOR EACH ROW EXECUTE FUNCTION keep_submission_state()
    """)


def downgrade() -> None:
    op.drop_table("submission_state")
    op.execute("DROP FUNCTION keep_submission_state()")
    op.drop_table("submission")
    op.drop_table("submission_rule")
