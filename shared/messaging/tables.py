"""The tables every service's database has for its messages; `migration.py` creates them.

Must never break: these columns equal what the migration creates (a test compares).
"""

from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    func,
    text,
)

from shared.persistence.types import Instant, Json


@dataclass(frozen=True, slots=True)
class MessagingTables:
    """outbox: facts to publish, kept as history. inbox: event ids already handled. applied: the newest
    sequence seen of each foreign aggregate. parked: events of aggregates whose handler keeps failing.
    dead_letter: messages nobody can read."""

    outbox: Table
    inbox: Table
    applied: Table
    parked: Table
    dead_letter: Table


def messaging_tables(metadata: MetaData) -> MessagingTables:
    """Declare the five tables on a service's metadata."""
    return MessagingTables(
        outbox=_outbox(metadata),
        inbox=Table(
            "inbox",
            metadata,
            Column("event_id", Uuid, primary_key=True),
            Column("received_at", Instant, nullable=False, server_default=func.now()),
            Index("ix_inbox_received_at", "received_at"),
        ),
        applied=Table(
            "applied",
            metadata,
            Column("topic", Text),
            Column("aggregate_id", Uuid),
            Column("sequence", BigInteger, nullable=False),
            PrimaryKeyConstraint("topic", "aggregate_id"),
        ),
        parked=_parked(metadata),
        dead_letter=_dead_letter(metadata),
    )


def _outbox(metadata: MetaData) -> Table:
    return Table(
        "outbox",
        metadata,
        Column("id", BigInteger, Identity(always=True)),
        Column("created_at", Instant, nullable=False, server_default=func.now()),
        Column("event_id", Uuid, nullable=False),
        Column("topic", Text, nullable=False),
        Column("aggregate_id", Uuid, nullable=False),
        Column("aggregate_version", BigInteger, nullable=False),
        Column("type", Text, nullable=False),
        Column("envelope", Json, nullable=False),
        Column("sent_at", Instant),
        PrimaryKeyConstraint("id", "created_at"),
        CheckConstraint("pg_column_size(envelope) < 700000", name="fits_in_a_message"),
        Index("ix_outbox_unsent", "id", postgresql_where=text("sent_at IS NULL")),
        Index("ix_outbox_aggregate_id_aggregate_version", "aggregate_id", "aggregate_version"),
        postgresql_partition_by="RANGE (created_at)",
    )


def _parked(metadata: MetaData) -> Table:
    return Table(
        "parked",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("topic", Text, nullable=False),
        Column("aggregate_id", Uuid, nullable=False),
        Column("event_id", Uuid, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        Column("type", Text, nullable=False),
        Column("envelope", Json, nullable=False),
        Column("reason", Text, nullable=False),
        # True for the event that failed, false for those that came after it.
        Column("failed", Boolean, nullable=False),
        Column("parked_at", Instant, nullable=False, server_default=func.now()),
        UniqueConstraint("event_id"),
        Index("ix_parked_topic_aggregate_id_id", "topic", "aggregate_id", "id"),
    )


def _dead_letter(metadata: MetaData) -> Table:
    return Table(
        "dead_letter",
        metadata,
        Column("id", BigInteger, Identity(always=True), primary_key=True),
        Column("topic", Text, nullable=False),
        Column("partition", Integer, nullable=False),
        Column("message_offset", BigInteger, nullable=False),
        Column("key", LargeBinary),
        Column("raw", LargeBinary),
        Column("reason", Text, nullable=False),
        Column("dead_at", Instant, nullable=False, server_default=func.now()),
        Column("redelivered_at", Instant),
        UniqueConstraint("topic", "partition", "message_offset"),
    )
