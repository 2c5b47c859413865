"""Audiences, and for each lead whether it belongs to them."""

from sqlalchemy import Boolean, Column, Date, Index, PrimaryKeyConstraint, Table, Text, Uuid

from services.leads.record.columns import record_columns
from services.leads.tables import metadata
from shared.persistence.types import Instant

audience = Table(
    "audience",
    metadata,
    *record_columns(),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("condition", Text, nullable=False),
    Column("plan", Text),
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("active", Boolean, nullable=False),
)

lead_audience = Table(
    "lead_audience",
    metadata,
    Column("lead_id", Uuid, nullable=False),
    Column("audience_id", Uuid, nullable=False),
    Column("fits", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    PrimaryKeyConstraint("lead_id", "audience_id"),
    Index("ix_lead_audience_audience_id", "audience_id", "lead_id"),
)
