"""Merges and what is needed to undo them."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.leads.matching.domain import KINDS
from services.leads.tables import metadata
from shared.persistence.types import Instant

_KINDS = ", ".join(f"'{kind}'" for kind in KINDS)

merge = Table(
    "merge",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("winner_id", Uuid, nullable=False),
    Column("loser_ids", ARRAY(Uuid), nullable=False),
    Column("status", Text, nullable=False),
    Column("automatic", Boolean, nullable=False),
    Column("note", Text),
    Column("choices", JSONB, nullable=False),
    Column("written", JSONB, nullable=False),
    Column("moved", JSONB, nullable=False),
    Column("not_restored", JSONB, nullable=False),
    Column("winner_version", Integer, nullable=False),
    Column("merged_at", Instant, nullable=False),
    Column("merged_by", Text),
    Column("undone_at", Instant),
    Column("undone_by", Text),
    CheckConstraint(f"kind IN ({_KINDS})", name="kind_known"),
    CheckConstraint("status IN ('done', 'undone')", name="status_known"),
    Index("ix_merge_merged_at_id", "merged_at", "id"),
    Index("ix_merge_winner_id", "winner_id"),
)
