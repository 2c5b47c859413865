"""The queue of pairs, and scans of everything."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from services.leads.duplicate.domain import STATUSES
from services.leads.tables import metadata
from shared.persistence.types import Instant

_STATUSES = ", ".join(f"'{status}'" for status in STATUSES)

duplicate_candidate = Table(
    "duplicate_candidate",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("a_kind", Text, nullable=False),
    Column("a_id", Uuid, nullable=False),
    Column("b_kind", Text, nullable=False),
    Column("b_id", Uuid, nullable=False),
    Column("status", Text, nullable=False),
    Column("score", SmallInteger, nullable=False),
    Column("rule_id", Uuid, nullable=False),
    Column("rule", Text, nullable=False),
    Column("reasons", JSONB, nullable=False),
    Column("found_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", Text),
    Column("merge_id", Uuid),
    CheckConstraint(f"status IN ({_STATUSES})", name="status_known"),
    Index("uq_duplicate_candidate_pair", "a_id", "b_id", unique=True),
    Index("ix_duplicate_candidate_b_id", "b_id"),
    Index("ix_duplicate_candidate_found_at_id", "found_at", "id"),
    Index("ix_duplicate_candidate_status_score", "status", "score", "id"),
    Index("ix_duplicate_candidate_merge_id", "merge_id", postgresql_where=text("merge_id IS NOT NULL")),
)

duplicate_scan = Table(
    "duplicate_scan",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("status", Text, nullable=False),
    Column("records", Integer, nullable=False),
    Column("looked_at", Integer, nullable=False),
    Column("found", Integer, nullable=False),
    Column("last_id", Uuid, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("started_by", Text),
    Column("ended_at", Instant),
    CheckConstraint("status IN ('running', 'done')", name="status_known"),
    Index("uq_duplicate_scan_running", "status", unique=True, postgresql_where=text("status = 'running'")),
)
