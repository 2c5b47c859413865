"""`product`: the catalogue."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Numeric, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

product = Table(
    "product",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("family", Text),
    Column("description", Text),
    Column("purpose", Text),
    Column("customer_value", Text),
    Column("problems_solved", JSONB, nullable=False),
    Column("list_price", Numeric),
    Column("list_price_currency", Text),
    Column("unit_cost", Numeric),
    Column("unit_cost_currency", Text),
    Column("active", Boolean, nullable=False),
    Column("source_system", Text),
    Column("external_id", Text),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    CheckConstraint("(list_price IS NULL) = (list_price_currency IS NULL)", name="list_price"),
    CheckConstraint("(unit_cost IS NULL) = (unit_cost_currency IS NULL)", name="unit_cost"),
    Index(
        "uq_product_source_system_external_id",
        "source_system",
        "external_id",
        unique=True,
        postgresql_where=text("external_id IS NOT NULL"),
    ),
    Index("ix_product_created_at_id", "created_at", "id"),
    Index("ix_product_name_id", "name", "id"),
)
