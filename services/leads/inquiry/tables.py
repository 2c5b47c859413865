"""Inquiries, and what is known about ourselves to tell them from our own mail."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.leads.tables import metadata
from shared.persistence.types import Instant

inquiry = Table(
    "inquiry",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("answered_at", Instant),
    Column("source_system", Text),
    Column("external_id", Text),
    Column("status", Text, nullable=False),
    Column("ignored_because", Text),
    Column("email", Text),
    Column("phone", Text),
    Column("subject", Text),
    Column("text", Text),
    Column("payload", JSONB, nullable=False),
    Column("lead_id", Uuid),
    Column("contact_id", Uuid),
    Column("account_id", Uuid),
    Column("activity_id", Uuid),
    Column("quarantine_id", Uuid),
    Column("owner_id", Uuid),
    Index(
        "uq_inquiry_source_system_external_id",
        "source_system",
        "external_id",
        unique=True,
        postgresql_where=text("source_system IS NOT NULL"),
    ),
    Index("ix_inquiry_at_id", "at", "id"),
    Index("ix_inquiry_owner_id_at_id", "owner_id", "at", "id"),
    Index("ix_inquiry_lead_id", "lead_id", postgresql_where=text("lead_id IS NOT NULL")),
)

# One row.
inquiry_settings = Table(
    "inquiry_settings",
    metadata,
    Column("sole", Boolean, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("own_mail_domains", ARRAY(Text), nullable=False),
    CheckConstraint("sole", name="one_row"),
)
