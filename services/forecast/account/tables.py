"""`known_account`: the replica of leads' accounts."""

from sqlalchemy import Column, Integer, Table, Text, Uuid

from services.forecast.tables import metadata
from shared.persistence.types import Instant

known_account = Table(
    "known_account",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("known_at", Instant, nullable=False),
    Column("name", Text, nullable=False),
    Column("industry", Text),
    Column("country", Text),
    Column("owner_id", Uuid),
    Column("parent_id", Uuid),
    Column("created_at", Instant, nullable=False),
)
