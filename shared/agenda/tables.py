"""The agenda. An entry is deleted by the transaction that does its work."""

from sqlalchemy import Column, Index, MetaData, PrimaryKeyConstraint, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from shared.persistence.naming import new_metadata
from shared.persistence.types import Instant


def agenda_table(metadata: MetaData) -> Table:
    """Put it into the service's metadata so that migrations make it."""
    return Table(
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


agenda_entry = agenda_table(new_metadata())
"""What statements are written against: the same in every service."""
