"""Requests for help with deals."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

help_request = Table(
    "help_request",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("deal_id", Uuid, ForeignKey("deal.id", ondelete="CASCADE"), nullable=False),
    Column("question", Text, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_ids", ARRAY(Uuid), nullable=False),
    Column("status", Text, nullable=False),
    Column("answer", Text),
    Column("answered_by", Text),
    Column("answered_at", Instant),
    Column("closed_by", Text),
    Column("closed_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    CheckConstraint("status IN ('open', 'answered', 'closed')", name="status"),
    Index("ix_help_request_deal_id_created_at", "deal_id", "created_at"),
    Index("ix_help_request_status_created_at_id", "status", "created_at", "id"),
)
