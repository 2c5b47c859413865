"""Queues, sellers, the line of those who get leads, and the traces of routing."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_OPEN = "status IN ('new', 'contacted', 'qualified')"
UNASSIGNED = "0198c5a0-0000-7000-8000-000000000001"
SKILLS = ("communication", "listening", "presenting", "objection_handling", "closing")


def _record(*, fields: bool = True) -> list[sa.Column[Any]]:
    versions = [sa.Column("field_versions", postgresql.JSONB(), nullable=False)] if fields else []
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *versions,
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
    ]


def upgrade() -> None:
    _leads()
    _queues()
    _sellers()
    op.add_column("assignment_turn", sa.Column("turn", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute("""
        UPDATE assignment_turn SET turn = ranked.turn FROM (
            SELECT member_id, row_number() OVER (ORDER BY last_assigned_at, member_id) AS turn
            FROM assignment_turn) ranked
        WHERE ranked.member_id = assignment_turn.member_id
    """)
    _traces()


def downgrade() -> None:
    for table in ("routing_trace", "skill", "absence", "seller", "lead_queue"):
        op.drop_table(table)
    op.drop_column("assignment_turn", "turn")
    for index in ("ix_lead_territory_id_id", "ix_lead_queue_id_queued_at_id", "ix_lead_open_owner_id"):
        op.drop_index(index, "lead")
    for column in ("leased_until", "leased_by", "queue_reason", "queued_at"):
        op.drop_column("lead", column)


def _leads() -> None:
    op.add_column("lead", sa.Column("queued_at", _INSTANT))
    op.add_column("lead", sa.Column("queue_reason", sa.Text()))
    op.add_column("lead", sa.Column("leased_by", sa.Uuid()))
    op.add_column("lead", sa.Column("leased_until", _INSTANT))
    op.create_index(
        "ix_lead_open_owner_id",
        "lead",
        ["owner_id"],
        postgresql_where=sa.text(f"owner_id IS NOT NULL AND {_OPEN}"),
    )
    op.create_index(
        "ix_lead_queue_id_queued_at_id",
        "lead",
        ["queue_id", "queued_at", "id"],
        postgresql_where=sa.text("queue_id IS NOT NULL"),
    )
    op.create_index(
        "ix_lead_territory_id_id",
        "lead",
        ["territory_id", "id"],
        postgresql_where=sa.text("territory_id IS NOT NULL"),
    )


def _queues() -> None:
    op.create_table(
        "lead_queue",
        *_record(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("member_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("team_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("open_to_all", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("alert_after_hours", sa.Integer()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_queue")),
    )
    op.create_index(
        "uq_lead_queue_default",
        "lead_queue",
        ["is_default"],
        unique=True,
        postgresql_where=sa.text("is_default"),
    )
    op.create_index("uq_lead_queue_name", "lead_queue", [sa.text("lower(name)")], unique=True)
    op.execute(f"""
        INSERT INTO lead_queue (id, version, field_versions, created_at, updated_at, name, member_ids,
            team_ids, open_to_all, is_default, alert_after_hours, active)
        VALUES ('{UNASSIGNED}', 1, '{{}}', now(), now(), 'Unassigned', '{{}}', '{{}}', true, true, 24, true)
    """)


def _sellers() -> None:
    op.create_table(
        "seller",
        *_record(),
        sa.Column("skills", postgresql.JSONB(), nullable=False),
        sa.Column("languages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("capacity", sa.Integer()),
        sa.Column("daily_limit", sa.Integer()),
        sa.Column("seller_group", sa.Text()),
        sa.Column("preferred", sa.Text()),
        sa.Column("accepts_leads", sa.Boolean(), nullable=False),
        sa.Column("working_hours", postgresql.JSONB()),
        sa.Column("time_zone", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seller")),
    )
    op.create_table(
        "absence",
        *_record(fields=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", _INSTANT, nullable=False),
        sa.Column("ends_at", _INSTANT, nullable=False),
        sa.Column("reason", sa.Text()),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_absence_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_member_id_starts_at_id", "absence", ["member_id", "starts_at", "id"])
    op.create_index("ix_absence_ends_at", "absence", ["ends_at"])
    op.create_table(
        "skill",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill")),
    )
    op.create_index("uq_skill_kind_name", "skill", ["kind", sa.text("lower(name)")], unique=True)
    for number, name in enumerate(SKILLS, 1):
        op.execute(f"""
            INSERT INTO skill (id, kind, name, created_at)
            VALUES ('0198c5a0-0000-7000-8000-0000000001{number:02}', 'skill', '{name}', now())
        """)


def _traces() -> None:
    op.create_table(
        "routing_trace",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("at", _INSTANT, nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Uuid()) for name in ("member_id", "queue_id", "territory_id", "rule_id")),
        sa.Column("skill_score", sa.Numeric(5, 4)),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_trace")),
    )
    op.create_index("ix_routing_trace_lead_id_at_id", "routing_trace", ["lead_id", "at", "id"])
    op.create_index(
        "ix_routing_trace_member_id_at",
        "routing_trace",
        ["member_id", "at"],
        postgresql_where=sa.text("member_id IS NOT NULL"),
    )
    op.create_index("ix_routing_trace_at_id", "routing_trace", ["at", "id"])
