"""Closings: one row for each deal that has one."""

from sqlalchemy import Column, Date, ForeignKey, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

closing = Table(
    "closing",
    metadata,
    Column("id", Uuid, ForeignKey("deal.id", ondelete="CASCADE"), primary_key=True),
    Column("negotiation_notes", Text),
    Column("agreed_terms", Text),
    Column("contract_number", Text),
    Column("contract_version", Text),
    Column("signing_date", Date),
    Column("signer_id", Uuid),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
)
