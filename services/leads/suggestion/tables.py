"""Suggested leads."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Numeric, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY

from services.leads.record.columns import record_columns, text_index
from services.leads.suggestion.domain import STATES, STATUSES
from services.leads.tables import metadata
from shared.persistence.types import Instant

SEARCHED = ("author", "text")
_STATUSES = ", ".join(f"'{status}'" for status in STATUSES)
_STATES = ", ".join(f"'{state}'" for state in STATES)

lead_suggestion = Table(
    "lead_suggestion",
    metadata,
    *record_columns(),
    *(
        Column(name, Text, nullable=False)
        for name in ("network", "external_id", "author", "text", "mentioned")
    ),
    Column("posted_at", Instant, nullable=False),
    *(Column(name, Text) for name in ("url", "company", "email", "phone", "country")),
    Column("features", ARRAY(Text), nullable=False),
    Column("relevance", Numeric(5, 4)),
    Column("relevance_state", Text, nullable=False),
    Column("judged_on", Integer),
    Column("status", Text, nullable=False),
    Column("decided_at", Instant),
    Column("decided_by", Text),
    Column("reject_reason", Text),
    Column("lead_id", Uuid),
    CheckConstraint(f"status IN ({_STATUSES})", name="status_known"),
    CheckConstraint(f"relevance_state IN ({_STATES})", name="relevance_state_known"),
    CheckConstraint("(status = 'open') = (decided_at IS NULL)", name="decided_whole"),
    Index("uq_lead_suggestion_network_external_id", "network", "external_id", unique=True),
    Index("ix_lead_suggestion_status_relevance", "status", "relevance", "id"),
    Index("ix_lead_suggestion_posted_at_id", "posted_at", "id"),
    Index("ix_lead_suggestion_decided_at_id", "decided_at", "id", postgresql_where=text("status <> 'open'")),
    text_index("lead_suggestion", *SEARCHED),
)
