"""`market_report`: one need per product, span of days and source."""

from sqlalchemy import CheckConstraint, Column, Date, Index, Integer, Numeric, Table, Text, Uuid

from services.forecast.tables import metadata
from shared.persistence.types import Instant

market_report = Table(
    "market_report",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("product_id", Uuid, nullable=False),
    Column("period", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("need", Numeric(14, 2), nullable=False),
    Column("source", Text, nullable=False),
    Column("researched_on", Date, nullable=False),
    Column("note", Text),
    Column("set_by", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    CheckConstraint("need >= 0", name="need"),
    Index("uq_market_report_about", "product_id", "starts_on", "ends_on", "source", unique=True),
    Index("ix_market_report_created_at_id", "created_at", "id"),
)
