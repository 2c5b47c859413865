"""First responses: policies and clocks, working hours and closed days."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def _record_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.Column("archived_at", _INSTANT),
    ]


def upgrade() -> None:
    _working_time()
    _policies()
    _clocks()
    _first_responses()
    op.create_index(
        "ix_lead_response_due_at_id",
        "lead",
        ["response_due_at", "id"],
        postgresql_where=sa.text("status = 'new' AND response_due_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_lead_response_due_at_id", "lead")
    for table in ("first_response", "response_clock", "response_policy", "closed_day", "working_hours"):
        op.drop_table(table)


def _working_time() -> None:
    op.create_table(
        "working_hours",
        *_record_columns(),
        sa.Column("week", postgresql.JSONB()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_hours")),
    )
    op.execute(
        "INSERT INTO working_hours (id, version, field_versions, created_at, updated_at)"
        " VALUES ('01900000-0000-7000-8000-000000000001', 1, '{}', now(), now())"
    )
    op.create_table(
        "closed_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text()),
        sa.CheckConstraint("char_length(name) BETWEEN 1 AND 200", name=op.f("ck_closed_day_name_length")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_closed_day")),
    )


def _policies() -> None:
    op.create_table(
        "response_policy",
        *_record_columns(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("condition", sa.Text()),
        sa.Column("minutes", sa.Numeric(12, 4), nullable=False),
        sa.Column("counted", sa.Text(), nullable=False),
        sa.Column("warn_before", sa.Numeric(12, 4)),
        sa.Column("on_breach", sa.Text(), nullable=False),
        sa.Column("max_reassignments", sa.SmallInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_policy")),
    )
    op.create_index(
        "uq_response_policy_name",
        "response_policy",
        ["name"],
        unique=True,
        postgresql_where=sa.text("archived_at IS NULL"),
    )
    op.execute(
        "INSERT INTO response_policy (id, version, field_versions, created_at, updated_at, name, position,"
        " minutes, counted, on_breach, max_reassignments, active)"
        " VALUES ('01900000-0000-7000-8000-000000000002', 1, '{}', now(), now(), 'Within a working hour',"
        " 1000, 60, 'business', 'notify', 1, true)"
    )


def _clocks() -> None:
    op.create_table(
        "response_clock",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid()),
        sa.Column("started_at", _INSTANT, nullable=False),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("reassignments", sa.SmallInteger(), nullable=False),
        sa.Column("outcome", sa.Text()),
        sa.Column("answered_at", _INSTANT),
        sa.CheckConstraint(
            "outcome IN ('met', 'breached', 'replaced', 'ended')",
            name=op.f("ck_response_clock_outcome_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_clock")),
    )
    op.create_index(
        "uq_response_clock_running",
        "response_clock",
        ["lead_id"],
        unique=True,
        postgresql_where=sa.text("outcome IS NULL"),
    )
    op.create_index("ix_response_clock_lead_id_started_at", "response_clock", ["lead_id", "started_at"])
    op.create_index("ix_response_clock_due_at", "response_clock", ["due_at"])


def _first_responses() -> None:
    op.create_table(
        "first_response",
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid()),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("minutes", sa.Numeric(14, 4), nullable=False),
        sa.Column("business_minutes", sa.Numeric(14, 4), nullable=False),
        sa.PrimaryKeyConstraint("lead_id", name=op.f("pk_first_response")),
    )
