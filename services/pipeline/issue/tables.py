"""Issues; of each stage and part of the deals at most one is alive."""

from sqlalchemy import CheckConstraint, Column, Date, Index, Integer, Numeric, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

issue = Table(
    "issue",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("title", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("stage_id", Uuid),
    Column("measure", Text),
    Column("by", Text, nullable=False),
    Column("value", Text),
    Column("key", Text),
    Column("owner_id", Uuid),
    Column("opened_by", Text, nullable=False),
    Column("viewpoint", JSONB, nullable=False),
    Column("fix", Text),
    Column("tried", JSONB, nullable=False),
    Column("recheck_on", Date),
    Column("watched_since", Date),
    Column("evidence", JSONB(none_as_null=True)),
    Column("rechecks", JSONB, nullable=False),
    Column("verdict", Text),
    Column("value_at_stake", Numeric),
    Column("currency", Text),
    Column("alert_id", Uuid),
    Column("alert_status", Text),
    Column("team_id", Uuid),
    Column("leak", JSONB(none_as_null=True)),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    CheckConstraint("status IN ('open', 'watching', 'mended', 'closed')", name="status"),
    CheckConstraint("(value_at_stake IS NULL) = (currency IS NULL)", name="value_at_stake"),
    CheckConstraint("(status IN ('mended', 'closed')) = (ended_at IS NOT NULL)", name="ended_at"),
    Index(
        "uq_issue_key",
        "key",
        unique=True,
        postgresql_where=text("status IN ('open', 'watching') AND key IS NOT NULL"),
    ),
    Index("ix_issue_status_value_at_stake", "status", "value_at_stake", "created_at", "id"),
    Index("ix_issue_owner_id", "owner_id"),
    Index("ix_issue_stage_id", "stage_id"),
    Index("uq_issue_alert_id", "alert_id", unique=True, postgresql_where=text("alert_id IS NOT NULL")),
)
