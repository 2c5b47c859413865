"""Approvals; of each gate of a deal at most one waits."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

approval = Table(
    "approval",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("deal_id", Uuid, ForeignKey("deal.id", ondelete="CASCADE"), nullable=False),
    Column("gate_id", Uuid, nullable=False),
    Column("gate", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("comment", Text),
    Column("amount", Numeric),
    Column("currency", Text),
    Column("base_amount", Numeric),
    Column("base_currency", Text),
    Column("approver_role", Text),
    Column("approver_id", Uuid),
    Column("requested_by", Text, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", Instant),
    Column("decision", Text),
    Column("expires_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    CheckConstraint("status IN ('pending', 'approved', 'rejected', 'expired')", name="status"),
    Index("ix_approval_deal_id_created_at", "deal_id", "created_at"),
    Index("ix_approval_status_created_at_id", "status", "created_at", "id"),
    Index(
        "uq_approval_deal_id_gate_id",
        "deal_id",
        "gate_id",
        unique=True,
        postgresql_where=text("status = 'pending'"),
    ),
)
