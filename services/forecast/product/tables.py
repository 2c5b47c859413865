"""`known_product`: the replica of pipeline's products."""

from sqlalchemy import Boolean, Column, Integer, Table, Text, Uuid

from services.forecast.tables import metadata
from shared.persistence.types import Instant

known_product = Table(
    "known_product",
    metadata,
    Column("product_id", Uuid, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("known_at", Instant, nullable=False),
    Column("name", Text, nullable=False),
    Column("family", Text),
    Column("active", Boolean, nullable=False),
)
