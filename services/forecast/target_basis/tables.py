"""`target_basis`: what targets were based on, one row per statement; the newest is in force."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Numeric, Table, Text, Uuid

from services.forecast.tables import metadata
from shared.persistence.types import Instant

target_basis = Table(
    "target_basis",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("target_id", Uuid, ForeignKey("target.id"), nullable=False),
    Column("target_version", Integer, nullable=False),
    Column("method", Text, nullable=False),
    Column("snapshot_id", Uuid),
    Column("as_of", Instant, nullable=False),
    Column("known_at", Instant, nullable=False),
    Column("amount", Numeric, nullable=False),
    Column("target_amount", Numeric, nullable=False),
    Column("currency", Text, nullable=False),
    Column("said_by", Text, nullable=False),
    Column("frozen_at", Instant, nullable=False),
    Index("ix_target_basis_target_id", "target_id", "id"),
)
