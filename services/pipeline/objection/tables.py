"""Objections of deals."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

objection = Table(
    "objection",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("deal_id", Uuid, ForeignKey("deal.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("answer", Text),
    Column("script", Text),
    Column("resolved_at", Instant),
    Column("recorded_by", Text),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    CheckConstraint("kind IN ('price', 'timing', 'competitor', 'trust', 'fit', 'other')", name="kind"),
    Index("ix_objection_deal_id_created_at", "deal_id", "created_at"),
    Index("ix_objection_created_at", "created_at"),
)
