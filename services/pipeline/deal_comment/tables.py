"""Comments on deals."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

deal_comment = Table(
    "deal_comment",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("deal_id", Uuid, ForeignKey("deal.id", ondelete="CASCADE"), nullable=False),
    Column("text", Text, nullable=False),
    Column("mentioned_ids", ARRAY(Uuid), nullable=False),
    Column("written_by", Text, nullable=False),
    Column("edited_at", Instant),
    Column("archived_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    Index("ix_deal_comment_deal_id_created_at", "deal_id", "created_at"),
)
