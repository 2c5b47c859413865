"""Tactics to bring leads, and ideas for lead sources."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_TEXTS = postgresql.ARRAY(sa.Text())
_MONEY = ("budget", "cost", "expected_revenue")


def _record() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.Column("archived_at", _INSTANT),
    ]


def _unique_name(table: str) -> None:
    op.create_index(
        f"uq_{table}_name",
        table,
        [sa.text("lower(name)")],
        unique=True,
        postgresql_where=sa.text("archived_at IS NULL"),
    )


def upgrade() -> None:
    op.create_table(
        "lead_tactic",
        *_record(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("owner_id", sa.Uuid()),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("sources", _TEXTS, nullable=False),
        sa.Column("campaigns", _TEXTS, nullable=False),
        sa.Column("expected_leads", sa.Integer()),
        *(sa.Column(f"{name}_amount", sa.Numeric(18, 4)) for name in _MONEY),
        *(sa.Column(f"{name}_currency", sa.Text()) for name in _MONEY),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_lead_tactic_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_tactic")),
    )
    _unique_name("lead_tactic")
    op.create_index("ix_lead_tactic_starts_on_id", "lead_tactic", ["starts_on", "id"])
    op.create_table(
        "lead_source_idea",
        *_record(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("suggested_by", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("source", sa.Text()),
        sa.Column("result", sa.Text()),
        *(sa.Column(name, _INSTANT) for name in ("tried_at", "adopted_at", "dropped_at")),
        sa.Column("steps", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(
            "status IN ('idea', 'tried', 'in_use', 'dropped')", name=op.f("ck_lead_source_idea_status_known")
        ),
        sa.CheckConstraint(
            "status <> 'in_use' OR source IS NOT NULL", name=op.f("ck_lead_source_idea_source_of_used")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_source_idea")),
    )
    _unique_name("lead_source_idea")
    op.create_index("ix_lead_source_idea_created_at_id", "lead_source_idea", ["created_at", "id"])


def downgrade() -> None:
    op.drop_table("lead_source_idea")
    op.drop_table("lead_tactic")
