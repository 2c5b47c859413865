"""`known_territory`: the replica of leads' territories."""

from sqlalchemy import Boolean, Column, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from services.forecast.tables import metadata
from shared.persistence.types import Instant

known_territory = Table(
    "known_territory",
    metadata,
    Column("territory_id", Uuid, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("known_at", Instant, nullable=False),
    Column("name", Text, nullable=False),
    Column("parent_id", Uuid),
    Column("depth", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("account_ids", ARRAY(Uuid), nullable=False),
    Column("manager_id", Uuid),
)
