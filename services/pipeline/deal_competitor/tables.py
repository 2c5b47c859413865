"""Competitors met in deals, each under the id it had then: what that is part of now, the register says."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

deal_competitor = Table(
    "deal_competitor",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("deal_id", Uuid, ForeignKey("deal.id", ondelete="CASCADE"), nullable=False),
    Column("competitor_id", Uuid, ForeignKey("competitor.id"), nullable=False),
    Column("status", Text, nullable=False),
    Column("strengths", Text),
    Column("weaknesses", Text),
    Column("recorded_by", Text, nullable=False),
    Column("removed_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    CheckConstraint("status IN ('competing', 'ahead', 'behind', 'out')", name="status"),
    Index(
        "uq_deal_competitor_deal_id_competitor_id",
        "deal_id",
        "competitor_id",
        unique=True,
        postgresql_where=text("removed_at IS NULL"),
    ),
    Index("ix_deal_competitor_competitor_id", "competitor_id"),
)
