"""Ideas for lead sources."""

from sqlalchemy import CheckConstraint, Column, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from services.leads.record.columns import record_columns
from services.leads.source_idea.domain import STATUSES
from services.leads.tables import metadata
from shared.persistence.types import Instant

_STATUSES = ", ".join(f"'{status}'" for status in STATUSES)

lead_source_idea = Table(
    "lead_source_idea",
    metadata,
    *record_columns(),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("suggested_by", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("source", Text),
    Column("result", Text),
    *(Column(name, Instant) for name in ("tried_at", "adopted_at", "dropped_at")),
    Column("steps", JSONB, nullable=False),
    CheckConstraint(f"status IN ({_STATUSES})", name="status_known"),
    CheckConstraint("status <> 'in_use' OR source IS NOT NULL", name="source_of_used"),
    Index(
        "uq_lead_source_idea_name",
        text("lower(name)"),
        unique=True,
        postgresql_where=text("archived_at IS NULL"),
    ),
    Index("ix_lead_source_idea_created_at_id", "created_at", "id"),
)
