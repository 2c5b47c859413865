"""One policy for each source, and one for all others."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, SmallInteger, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from services.leads.duplicate_policy.domain import ACTIONS
from services.leads.record.columns import record_columns
from services.leads.tables import metadata

_ACTIONS = ", ".join(f"'{action}'" for action in ACTIONS)

duplicate_policy = Table(
    "duplicate_policy",
    metadata,
    *record_columns(),
    Column("source", Text),
    Column("action", Text, nullable=False),
    Column("min_score", SmallInteger, nullable=False),
    Column("pairs", ARRAY(Text), nullable=False),
    Column("count_ended", Boolean, nullable=False, server_default=text("false")),
    CheckConstraint(f"action IN ({_ACTIONS})", name="action_known"),
    CheckConstraint("min_score BETWEEN 0 AND 100", name="score_of_100"),
    Index(
        "uq_duplicate_policy_source",
        text("(coalesce(lower(source), ''))"),
        unique=True,
        postgresql_where=text("archived_at IS NULL"),
    ),
)
