"""`known_account`: which accounts exist, what they are called and what kind they are."""

from sqlalchemy import Column, Integer, Table, Text, Uuid

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

known_account = Table(
    "known_account",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("archived_at", Instant),
    Column("merged_into", Uuid),
    Column("country", Text),
    Column("industry", Text),
    Column("segment", Text),
)
