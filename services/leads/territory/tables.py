"""Versions of the territories, the territories in them, and who works which."""

from sqlalchemy import Column, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from services.leads.record.columns import record_columns
from services.leads.tables import metadata
from shared.persistence.types import Instant

territory_version = Table(
    "territory_version",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("status", Text, nullable=False),
    Column("note", Text),
    Column("created_at", Instant, nullable=False),
    Column("activated_at", Instant),
    Index("uq_territory_version_active", "status", unique=True, postgresql_where=text("status = 'active'")),
)

territory = Table(
    "territory",
    metadata,
    *record_columns(),
    Column("territory_id", Uuid, nullable=False),
    Column("edition", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("parent_id", Uuid),
    Column("manager_id", Uuid),
    Column("criteria", JSONB, nullable=False),
    Column("market_size", Integer),
    Column("workload_hours", Integer),
    Index("uq_territory_edition_territory_id", "edition", "territory_id", unique=True),
)

territory_assignment = Table(
    "territory_assignment",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("territory_id", Uuid, nullable=False),
    Column("member_id", Uuid, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("created_by", Text, nullable=False),
    Index("ix_territory_assignment_territory_id_starts_at_id", "territory_id", "starts_at", "id"),
    Index("ix_territory_assignment_member_id", "member_id"),
)
