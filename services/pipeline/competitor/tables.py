"""Competitors, and every way their names are spelt: in small letters, with single blanks."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.pipeline.tables import metadata
from shared.persistence.types import Instant, TextList

competitor = Table(
    "competitor",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("aliases", TextList(), nullable=False),
    Column("website", Text),
    Column("products", Text),
    Column("prices", Text),
    Column("strengths", Text),
    Column("weaknesses", Text),
    Column("notes", Text),
    Column("active", Boolean, nullable=False),
    Column("merged_into", Uuid),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    Index("ix_competitor_name_id", "name", "id"),
)

competitor_spelling = Table(
    "competitor_spelling",
    metadata,
    Column("spelling", Text, primary_key=True),
    Column("competitor_id", Uuid, ForeignKey("competitor.id", ondelete="CASCADE"), nullable=False),
    Index("ix_competitor_spelling_competitor_id", "competitor_id"),
)
