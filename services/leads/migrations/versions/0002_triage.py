"""The agenda, and what triage decides about a lead."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _columns() -> list[sa.Column[Any]]:
    return [
        *(sa.Column(name, sa.Text()) for name in ("region", "city", "postal_code", "industry")),
        sa.Column("employees", sa.Integer()),
        *(sa.Column(name, sa.Text()) for name in ("website", "language", "origin")),
        *(sa.Column(name, sa.Text()) for name in ("medium", "referrer", "landing_page")),
        sa.Column("score", sa.Numeric(6, 5)),
        sa.Column("score_state", sa.Text(), nullable=False, server_default="no_model"),
        sa.Column("grade", sa.Text()),
        sa.Column("fit_points", sa.Integer()),
        sa.Column("engagement_points", sa.Integer()),
        sa.Column("scored_at", sa.DateTime(timezone=True)),
        sa.Column("territory_id", sa.Uuid()),
        sa.Column("queue_id", sa.Uuid()),
        sa.Column("response_due_at", sa.DateTime(timezone=True)),
        sa.Column("response_breached_at", sa.DateTime(timezone=True)),
        sa.Column("merged_into", sa.Uuid()),
    ]


def upgrade() -> None:
    for column in _columns():
        op.add_column("lead", column)
    op.create_index("ix_lead_score_id", "lead", ["score", "id"])
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


def downgrade() -> None:
    op.drop_table("agenda_entry")
    op.drop_index("ix_lead_score_id", "lead")
    for column in reversed(_columns()):
        op.drop_column("lead", column.name)
