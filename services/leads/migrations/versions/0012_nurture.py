"""Tests of fit, whom not to pursue, and nurture plans with the steps of each lead."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def _record(*, archive: bool = True) -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        *([sa.Column("archived_at", _INSTANT)] if archive else []),
    ]


def upgrade() -> None:
    _fit()
    _pursuit()
    _nurture()


def _fit() -> None:
    op.create_table(
        "fit_test",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Boolean()) for name in ("need_unmet", "can_meet", "profitable")),
        sa.Column("notes", sa.Text()),
        sa.Column("assessed_at", _INSTANT, nullable=False),
        sa.Column("assessed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fit_test")),
    )
    op.create_index("ix_fit_test_subject_id", "fit_test", ["subject_id", "assessed_at"])


def _pursuit() -> None:
    op.create_table(
        "do_not_pursue",
        *_record(archive=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid()),
        *(sa.Column(name, sa.Text()) for name in ("name", "name_key", "condition")),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("margin_amount", sa.Numeric(18, 4)),
        sa.Column("margin_currency", sa.Text()),
        sa.Column("set_by", sa.Text(), nullable=False),
        sa.Column("expires_at", _INSTANT),
        sa.Column("ended_at", _INSTANT),
        sa.Column("ended_by", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_do_not_pursue")),
        sa.CheckConstraint(
            "kind IN ('lead', 'account', 'segment')", name=op.f("ck_do_not_pursue_kind_known")
        ),
        sa.CheckConstraint(
            "(kind = 'segment') = (condition IS NOT NULL)",
            name=op.f("ck_do_not_pursue_segment_has_condition"),
        ),
        sa.CheckConstraint(
            "(kind = 'segment') = (subject_id IS NULL)", name=op.f("ck_do_not_pursue_others_have_subject")
        ),
    )
    op.create_index(
        "uq_do_not_pursue_standing",
        "do_not_pursue",
        ["subject_id", "kind"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL AND subject_id IS NOT NULL"),
    )
    op.create_index("ix_do_not_pursue_created_at_id", "do_not_pursue", ["created_at", "id"])


def _nurture() -> None:
    op.create_table(
        "nurture_plan",
        *_record(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("steps", postgresql.JSONB(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nurture_plan")),
    )
    op.create_index(
        "uq_nurture_plan_category",
        "nurture_plan",
        ["category"],
        unique=True,
        postgresql_where=sa.text("active AND archived_at IS NULL"),
    )
    op.create_table(
        "nurture_enrolment",
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("id", "lead_id", "plan_id")),
        sa.Column("plan_version", sa.Integer(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("started_at", _INSTANT, nullable=False),
        sa.Column("ended_at", _INSTANT),
        sa.Column("ended_why", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nurture_enrolment")),
    )
    op.create_index("ix_nurture_enrolment_lead_id", "nurture_enrolment", ["lead_id", "started_at"])
    op.create_index(
        "uq_nurture_enrolment_running",
        "nurture_enrolment",
        ["lead_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "nurture_step",
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("id", "enrolment_id", "lead_id")),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("script", sa.Text()),
        sa.Column("due_at", _INSTANT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("activity_id", sa.Uuid()),
        sa.Column("settled_at", _INSTANT),
        sa.Column("why", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_nurture_step")),
        sa.CheckConstraint(
            "state IN ('planned', 'created', 'cancelled')", name=op.f("ck_nurture_step_state_known")
        ),
    )
    op.create_index("ix_nurture_step_enrolment_id", "nurture_step", ["enrolment_id", "position"])
    op.create_index("ix_nurture_step_lead_id", "nurture_step", ["lead_id"])


def downgrade() -> None:
    for table in ("nurture_step", "nurture_enrolment", "nurture_plan", "do_not_pursue", "fit_test"):
        op.drop_table(table)
