"""`market_growth`: one factor per span of days."""

from sqlalchemy import CheckConstraint, Column, Date, Index, Integer, Numeric, Table, Text, Uuid

from services.forecast.tables import metadata
from shared.persistence.types import Instant

market_growth = Table(
    "market_growth",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("period", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("factor", Numeric(8, 4), nullable=False),
    Column("source_note", Text, nullable=False),
    Column("set_by", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    CheckConstraint("factor > 0", name="factor"),
    Index("uq_market_growth_span", "starts_on", "ends_on", unique=True),
    Index("ix_market_growth_created_at_id", "created_at", "id"),
)
