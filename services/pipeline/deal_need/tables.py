"""Needs of deals."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

deal_need = Table(
    "deal_need",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("deal_id", Uuid, ForeignKey("deal.id", ondelete="CASCADE"), nullable=False),
    Column("words", Text, nullable=False),
    Column("tags", ARRAY(Text), nullable=False),
    Column("urgency", Text),
    Column("current_solution", Text),
    Column("withdrawn_at", Instant),
    Column("recorded_by", Text),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    Index("ix_deal_need_deal_id_created_at", "deal_id", "created_at"),
)
