"""Contacts of deals, each at most once at a time; and those that went with a merged contact."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

deal_contact = Table(
    "deal_contact",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("deal_id", Uuid, ForeignKey("deal.id", ondelete="CASCADE"), nullable=False),
    Column("contact_id", Uuid, nullable=False),
    Column("role", Text, nullable=False),
    Column("note", Text),
    Column("added_by", Text),
    Column("removed_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    CheckConstraint(
        "role IN ('decision_maker', 'champion', 'influencer', 'blocker', 'user', 'buyer', 'other')",
        name="role",
    ),
    Index(
        "uq_deal_contact_deal_id_contact_id",
        "deal_id",
        "contact_id",
        unique=True,
        postgresql_where=text("removed_at IS NULL"),
    ),
    Index("ix_deal_contact_contact_id", "contact_id", postgresql_where=text("removed_at IS NULL")),
)

# What undoing the merge gives back: the contact each named before.
deal_contact_move = Table(
    "deal_contact_move",
    metadata,
    Column("merge_id", Uuid, nullable=False),
    Column("deal_contact_id", Uuid, ForeignKey("deal_contact.id", ondelete="CASCADE"), nullable=False),
    Column("was", Uuid, nullable=False),
    PrimaryKeyConstraint("merge_id", "deal_contact_id"),
)
