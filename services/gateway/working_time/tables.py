"""What was done to the working time, step by step. `changes`: [before, after] of each field."""

from sqlalchemy import Column, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.gateway.tables import metadata
from shared.persistence.types import Instant

working_time_step = Table(
    "working_time_step",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("what", Text, nullable=False),
    Column("by", Text),
    Column("correlation_id", Text),
    Column("changes", JSONB, nullable=False),
    Index("ix_working_time_step_at_id", "at", "id"),
)
