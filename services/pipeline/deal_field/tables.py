"""The organisation's own fields of deals."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Numeric, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.pipeline.deal_field.domain import TYPES
from services.pipeline.tables import metadata
from shared.persistence.types import Instant, TextList

deal_field = Table(
    "deal_field",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("key", Text, nullable=False),
    Column("label", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("required", Boolean, nullable=False),
    Column("options", TextList(), nullable=False),
    Column("unit", Text),
    Column("minimum", Numeric),
    Column("maximum", Numeric),
    Column("pattern", Text),
    Column("position", Integer, nullable=False),
    Column("indexed", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    CheckConstraint(f"type IN ({', '.join(repr(each) for each in TYPES)})", name="type"),
    Index("uq_deal_field_key", "key", unique=True),
)
