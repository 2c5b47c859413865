"""Receipts and the quarantine."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from services.leads.intake.domain import DOORS, STATUSES
from services.leads.tables import metadata
from shared.persistence.types import Instant

_DOORS = ", ".join(f"'{door}'" for door in DOORS)
_STATUSES = ", ".join(f"'{status}'" for status in STATUSES)

receipt = Table(
    "receipt",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("partner_id", Uuid, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("status", Text, nullable=False),
    Column("lead_id", Uuid),
    Column("quarantine_id", Uuid),
    Index("ix_receipt_partner_id_external_id_received_at", "partner_id", "external_id", "received_at"),
    Index("ix_receipt_unchanged_received_at", "received_at", postgresql_where=text("status = 'unchanged'")),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    Column("door", Text, nullable=False, server_default="partner"),
    Column("source_id", Uuid),
    Column("partner_id", Uuid),
    Column("external_id", Text),
    Column("spam_score", SmallInteger),
    Column("spam_reasons", JSONB, nullable=False, server_default="[]"),
    Column("beside", JSONB, nullable=False, server_default="{}"),
    Column("duplicates", JSONB, nullable=False, server_default="[]"),
    Column("status", Text, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("errors", JSONB, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("record_kind", Text, nullable=False, server_default="leads"),
    Column("row_number", Integer),
    Column("owner_id", Uuid),
    Column("lead_id", Uuid),
    Column("record_id", Uuid),
    Column("resolved_at", Instant),
    Column("resolved_by", Text),
    Column("discard_reason", Text),
    CheckConstraint(f"status IN ({_STATUSES})", name="status_known"),
    CheckConstraint(f"door IN ({_DOORS})", name="door_known"),
    CheckConstraint(
        "(door = 'partner') = (partner_id IS NOT NULL AND external_id IS NOT NULL)", name="pushed_or_not"
    ),
    Index(
        "uq_quarantine_open_partner_id_external_id",
        "partner_id",
        "external_id",
        unique=True,
        postgresql_where=text("status = 'open'"),
    ),
    Index("ix_quarantine_partner_id_external_id", "partner_id", "external_id"),
    Index("ix_quarantine_status_received_at_id", "status", "received_at", "id"),
    Index(
        "ix_quarantine_source_id_row_number",
        "source_id",
        "row_number",
        postgresql_where=text("row_number IS NOT NULL"),
    ),
    Index("ix_quarantine_received_at_id", "received_at", "id"),
)
