"""`gap_rule`: one for all, which is always there, and one for each team that has its own."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Numeric, Table, Text, Uuid

from services.forecast.tables import metadata
from shared.persistence.types import Instant

gap_rule = Table(
    "gap_rule",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("team_id", Uuid),
    Column("active", Boolean, nullable=False),
    Column("period", Text, nullable=False),
    Column("method", Text),
    Column("share", Numeric, nullable=False),
    Column("critical", Numeric, nullable=False),
    Column("minimum", Numeric, nullable=False),
    Column("from_share", Numeric, nullable=False),
    Column("clears_at", Numeric, nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    CheckConstraint("share > 0 AND critical >= share AND minimum >= 0", name="limits"),
    Index("uq_gap_rule_team_id", "team_id", unique=True, postgresql_nulls_not_distinct=True),
    Index("ix_gap_rule_created_at_id", "created_at", "id"),
)
