"""Plans, who goes through them, and the steps."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from services.leads.record.columns import record_columns
from services.leads.tables import metadata
from shared.persistence.types import Instant

nurture_plan = Table(
    "nurture_plan",
    metadata,
    *record_columns(),
    Column("name", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("steps", JSONB, nullable=False),
    Column("active", Boolean, nullable=False),
    Index(
        "uq_nurture_plan_category",
        "category",
        unique=True,
        postgresql_where=text("active AND archived_at IS NULL"),
    ),
)

nurture_enrolment = Table(
    "nurture_enrolment",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("lead_id", Uuid, nullable=False),
    Column("plan_id", Uuid, nullable=False),
    Column("plan_version", Integer, nullable=False),
    Column("category", Text, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("ended_why", Text),
    Index("ix_nurture_enrolment_lead_id", "lead_id", "started_at"),
    Index(
        "uq_nurture_enrolment_running",
        "lead_id",
        unique=True,
        postgresql_where=text("ended_at IS NULL"),
    ),
)

nurture_step = Table(
    "nurture_step",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("enrolment_id", Uuid, nullable=False),
    Column("lead_id", Uuid, nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("script", Text),
    Column("due_at", Instant, nullable=False),
    Column("state", Text, nullable=False),
    Column("activity_id", Uuid),
    Column("settled_at", Instant),
    Column("why", Text),
    CheckConstraint("state IN ('planned', 'created', 'cancelled')", name="state_known"),
    Index("ix_nurture_step_enrolment_id", "enrolment_id", "position"),
    Index("ix_nurture_step_lead_id", "lead_id"),
)
