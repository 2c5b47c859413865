"""`gap_check`: when each node was last looked at, and which single deal would matter to it."""

from sqlalchemy import Column, Numeric, Table, Uuid

from services.forecast.tables import metadata
from shared.persistence.types import Instant

gap_check = Table(
    "gap_check",
    metadata,
    Column("node", Uuid, primary_key=True),
    Column("starts_at", Instant, nullable=False),
    Column("limit_amount", Numeric, nullable=False),
    Column("checked_at", Instant, nullable=False),
)
