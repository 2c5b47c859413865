"""The agenda. An entry is deleted by the transaction that does its work."""

from sqlalchemy import Column, Index, PrimaryKeyConstraint, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from services.leads.tables import metadata
from shared.persistence.types import Instant

agenda_entry = Table(
    "agenda_entry",
    metadata,
    Column("kind", Text),
    Column("subject_id", Uuid),
    Column("due_at", Instant, nullable=False),
    Column("payload", JSONB, nullable=False),
    Column("correlation_id", Text),
    Column("traceparent", Text),
    Column("attempts", SmallInteger, nullable=False),
    Column("last_error", Text),
    Column("set_aside_at", Instant),
    PrimaryKeyConstraint("kind", "subject_id"),
    Index("ix_agenda_entry_due_at", "due_at", postgresql_where=text("set_aside_at IS NULL")),
)
