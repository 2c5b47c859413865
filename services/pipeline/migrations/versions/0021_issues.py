"""Issues: leaks and other bottlenecks that somebody mends."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "issue",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("stage_id", sa.Uuid()),
        sa.Column("measure", sa.Text()),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("value", sa.Text()),
        sa.Column("key", sa.Text()),
        sa.Column("owner_id", sa.Uuid()),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("viewpoint", postgresql.JSONB(), nullable=False),
        sa.Column("fix", sa.Text()),
        sa.Column("tried", postgresql.JSONB(), nullable=False),
        sa.Column("recheck_on", sa.Date()),
        sa.Column("watched_since", sa.Date()),
        sa.Column("evidence", postgresql.JSONB()),
        sa.Column("rechecks", postgresql.JSONB(), nullable=False),
        sa.Column("verdict", sa.Text()),
        sa.Column("value_at_stake", sa.Numeric()),
        sa.Column("currency", sa.Text()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(
            "status IN ('open', 'watching', 'mended', 'closed')", name=op.f("ck_issue_status")
        ),
        sa.CheckConstraint(
            "(value_at_stake IS NULL) = (currency IS NULL)", name=op.f("ck_issue_value_at_stake")
        ),
        sa.CheckConstraint(
            "(status IN ('mended', 'closed')) = (ended_at IS NOT NULL)", name=op.f("ck_issue_ended_at")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issue")),
    )
    op.create_index(
        "uq_issue_key",
        "issue",
        ["key"],
        unique=True,
        postgresql_where=sa.text("status IN ('open', 'watching') AND key IS NOT NULL"),
    )
    op.create_index(
        "ix_issue_status_value_at_stake", "issue", ["status", "value_at_stake", "created_at", "id"]
    )
    op.create_index("ix_issue_owner_id", "issue", ["owner_id"])
    op.create_index("ix_issue_stage_id", "issue", ["stage_id"])


def downgrade() -> None:
    op.drop_table("issue")
