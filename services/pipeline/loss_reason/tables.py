"""Reasons why deals are lost or won."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

loss_reason = Table(
    "loss_reason",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("key", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("needs_note", Boolean, nullable=False),
    Column("asks_competitor", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    CheckConstraint("outcome IN ('lost', 'won')", name="outcome"),
    Index("uq_loss_reason_outcome_key", "outcome", "key", unique=True),
)
