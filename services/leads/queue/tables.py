"""Queues of leads."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.leads.tables import metadata
from shared.persistence.types import Instant

lead_queue = Table(
    "lead_queue",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("archived_at", Instant),
    Column("name", Text, nullable=False),
    Column("member_ids", ARRAY(Uuid), nullable=False),
    Column("team_ids", ARRAY(Uuid), nullable=False),
    Column("open_to_all", Boolean, nullable=False),
    Column("is_default", Boolean, nullable=False),
    Column("alert_after_hours", Integer),
    Column("active", Boolean, nullable=False),
    Index("uq_lead_queue_default", "is_default", unique=True, postgresql_where=text("is_default")),
)
Index("uq_lead_queue_name", func.lower(lead_queue.c.name), unique=True)
