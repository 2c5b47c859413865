"""The agenda: approvals end by it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agenda_entry",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("correlation_id", sa.Text()),
        sa.Column("traceparent", sa.Text()),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("last_error", sa.Text()),
        sa.Column("set_aside_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("kind", "subject_id", name=op.f("pk_agenda_entry")),
    )
    op.create_index(
        "ix_agenda_entry_due_at",
        "agenda_entry",
        ["due_at"],
        postgresql_where=sa.text("set_aside_at IS NULL"),
    )
    op.execute("""
        INSERT INTO agenda_entry (kind, subject_id, due_at, payload, attempts)
        SELECT 'approval.over', id, expires_at, jsonb_build_object('deal_id', deal_id), 0
        FROM approval WHERE status = 'approved' AND expires_at IS NOT NULL
    """)
    op.drop_index("ix_approval_expires_at", "approval")


def downgrade() -> None:
    op.create_index(
        "ix_approval_expires_at",
        "approval",
        ["expires_at"],
        postgresql_where=sa.text("status = 'approved'"),
    )
    op.drop_table("agenda_entry")
