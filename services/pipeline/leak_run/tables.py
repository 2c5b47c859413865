"""`leak_run`: what each night found."""

from sqlalchemy import Column, Date, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

leak_run = Table(
    "leak_run",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("begins", Date, nullable=False),
    Column("ends", Date, nullable=False),
    Column("currency", Text, nullable=False),
    Column("comparisons", Integer, nullable=False),
    Column("too_small", Integer, nullable=False),
    Column("found", Integer, nullable=False),
    Column("findings", JSONB, nullable=False),
    Index("ix_leak_run_at_id", "at", "id"),
)
