"""Splits of deals; their version is that of the deal, in `field_versions` under `splits`."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
)

from services.pipeline.tables import metadata

deal_split = Table(
    "deal_split",
    metadata,
    Column("deal_id", Uuid, ForeignKey("deal.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("percent", Numeric, nullable=False),
    PrimaryKeyConstraint("deal_id", "kind", "member_id"),
    CheckConstraint("kind IN ('revenue', 'overlay')", name="kind"),
    CheckConstraint("percent > 0 AND percent <= 1000", name="percent"),
    Index("ix_deal_split_member_id", "member_id"),
)
