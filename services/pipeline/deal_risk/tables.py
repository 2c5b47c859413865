"""Risks of deals."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, SmallInteger, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

deal_risk = Table(
    "deal_risk",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("deal_id", Uuid, ForeignKey("deal.id", ondelete="CASCADE"), nullable=False),
    Column("risk", Text, nullable=False),
    Column("likelihood", SmallInteger, nullable=False),
    Column("impact", SmallInteger, nullable=False),
    Column("mitigation", Text),
    Column("accountable_id", Uuid),
    Column("status", Text, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    CheckConstraint("likelihood BETWEEN 1 AND 5", name="likelihood"),
    CheckConstraint("impact BETWEEN 1 AND 5", name="impact"),
    CheckConstraint("status IN ('open', 'mitigated', 'occurred', 'closed')", name="status"),
    Index("ix_deal_risk_deal_id_created_at", "deal_id", "created_at"),
    Index("ix_deal_risk_status_created_at", "status", "created_at"),
)
