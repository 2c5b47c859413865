"""`scenario`: as it stands. `scenario_version`: as each version said it."""

from sqlalchemy import Column, ForeignKey, Index, Integer, PrimaryKeyConstraint, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.forecast.tables import metadata
from shared.persistence.types import Instant

scenario = Table(
    "scenario",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("note", Text),
    Column("assumptions", JSONB, nullable=False),
    Column("owner_id", Uuid),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("archived_at", Instant),
    Index("ix_scenario_created_at_id", "created_at", "id"),
)

scenario_version = Table(
    "scenario_version",
    metadata,
    Column("scenario_id", Uuid, ForeignKey("scenario.id", ondelete="CASCADE"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("note", Text),
    Column("assumptions", JSONB, nullable=False),
    Column("said_by", Text, nullable=False),
    Column("said_at", Instant, nullable=False),
    PrimaryKeyConstraint("scenario_id", "version"),
)
