"""Policies, the clocks that ran by them, and when each lead was first spoken with."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)

from services.leads.record.columns import record_columns
from services.leads.response.domain import OUTCOMES
from services.leads.tables import metadata
from shared.persistence.types import Instant

_OUTCOMES = ", ".join(f"'{outcome}'" for outcome in OUTCOMES)

response_policy = Table(
    "response_policy",
    metadata,
    *record_columns(),
    Column("name", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("condition", Text),
    Column("minutes", Numeric(12, 4), nullable=False),
    Column("counted", Text, nullable=False),
    Column("warn_before", Numeric(12, 4)),
    Column("on_breach", Text, nullable=False),
    Column("max_reassignments", SmallInteger, nullable=False),
    Column("on_absence", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Index("uq_response_policy_name", "name", unique=True, postgresql_where=text("archived_at IS NULL")),
)

# A clock without an outcome runs. `answered_at`: the first contact, where it came by this clock.
response_clock = Table(
    "response_clock",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("lead_id", Uuid, nullable=False),
    Column("policy_id", Uuid, nullable=False),
    Column("owner_id", Uuid),
    Column("started_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("reassignments", SmallInteger, nullable=False),
    Column("outcome", Text),
    Column("answered_at", Instant),
    CheckConstraint(f"outcome IN ({_OUTCOMES})", name="outcome_known"),
    Index("uq_response_clock_running", "lead_id", unique=True, postgresql_where=text("outcome IS NULL")),
    Index("ix_response_clock_lead_id_started_at", "lead_id", "started_at"),
    Index("ix_response_clock_due_at", "due_at"),
    Index("ix_response_clock_owner_id", "owner_id", "lead_id", postgresql_where=text("outcome IS NULL")),
)

first_response = Table(
    "first_response",
    metadata,
    Column("lead_id", Uuid, primary_key=True),
    Column("owner_id", Uuid),
    Column("at", Instant, nullable=False),
    Column("minutes", Numeric(14, 4), nullable=False),
    Column("business_minutes", Numeric(14, 4), nullable=False),
)
