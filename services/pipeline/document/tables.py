"""Papers of deals."""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

document = Table(
    "document",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("deal_id", Uuid, ForeignKey("deal.id", ondelete="CASCADE"), nullable=False),
    Column("type", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("status_since", Instant, nullable=False),
    Column("number", Text),
    Column("title", Text),
    Column("link", Text),
    Column("owner_id", Uuid),
    Column("dated_on", Date),
    Column("recorded_by", Text),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    CheckConstraint("type IN ('offer', 'contract', 'order', 'invoice', 'other')", name="type"),
    CheckConstraint("status IN ('draft', 'sent', 'signed', 'void')", name="status"),
    Index("ix_document_deal_id_created_at", "deal_id", "created_at"),
    Index("ix_document_owner_id_created_at_id", "owner_id", "created_at", "id"),
    Index("ix_document_created_at_id", "created_at", "id"),
)
