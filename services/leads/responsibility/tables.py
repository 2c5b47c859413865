"""Responsibilities of sellers."""

from sqlalchemy import CheckConstraint, Column, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.leads.tables import metadata
from shared.persistence.types import Instant

responsibility = Table(
    "responsibility",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("member_id", Uuid, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant),
    *(Column(name, ARRAY(Text), nullable=False) for name in ("tasks", "lead_types", "stages")),
    Column("skills", JSONB, nullable=False),
    Column("note", Text),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    CheckConstraint("ends_at >= starts_at", name="in_order"),
    Index("ix_responsibility_member_id_starts_at_id", "member_id", "starts_at", "id"),
)
