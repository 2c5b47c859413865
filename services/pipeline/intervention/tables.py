"""Interventions in deals. They are never changed."""

from sqlalchemy import Column, ForeignKey, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

intervention = Table(
    "intervention",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("deal_id", Uuid, ForeignKey("deal.id", ondelete="CASCADE"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("changes", JSONB, nullable=False),
    Column("intervened_by", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_intervention_deal_id_created_at", "deal_id", "created_at"),
)
