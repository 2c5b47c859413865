"""The DDL of the messaging tables, for each service's first migration: `migration.create(op)`.

Must never break: what is written here never changes; a later change is a new function and a new migration.
"""

from datetime import UTC, datetime
from typing import Any

from shared.messaging.partitions import partition_ddl

_CREATE = (
    """
    CREATE TABLE outbox (
        id bigint GENERATED ALWAYS AS IDENTITY,
        created_at timestamptz NOT NULL DEFAULT now(),
        event_id uuid NOT NULL,
        topic text NOT NULL,
        aggregate_id uuid NOT NULL,
        aggregate_version bigint NOT NULL,
        type text NOT NULL,
        envelope jsonb NOT NULL,
        sent_at timestamptz,
        CONSTRAINT pk_outbox PRIMARY KEY (id, created_at),
        CONSTRAINT ck_outbox_fits_in_a_message CHECK (pg_column_size(envelope) < 700000)
    ) PARTITION BY RANGE (created_at)
    """,
    "CREATE INDEX ix_outbox_unsent ON outbox (id) WHERE sent_at IS NULL",
    "CREATE INDEX ix_outbox_aggregate_id_aggregate_version ON outbox (aggregate_id, aggregate_version)",
    "CREATE TABLE outbox_default PARTITION OF outbox DEFAULT",
    """
    CREATE TABLE inbox (
        event_id uuid CONSTRAINT pk_inbox PRIMARY KEY,
        received_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    "CREATE INDEX ix_inbox_received_at ON inbox (received_at)",
    """
    CREATE TABLE applied (
        topic text,
        aggregate_id uuid,
        sequence bigint NOT NULL,
        CONSTRAINT pk_applied PRIMARY KEY (topic, aggregate_id)
    ) WITH (fillfactor = 85)
    """,
    """
    CREATE TABLE parked (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_parked PRIMARY KEY,
        topic text NOT NULL,
        aggregate_id uuid NOT NULL,
        event_id uuid NOT NULL CONSTRAINT uq_parked_event_id UNIQUE,
        sequence bigint NOT NULL,
        type text NOT NULL,
        envelope jsonb NOT NULL,
        reason text NOT NULL,
        failed boolean NOT NULL,
        parked_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    "CREATE INDEX ix_parked_topic_aggregate_id_id ON parked (topic, aggregate_id, id)",
    """
    CREATE TABLE dead_letter (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_dead_letter PRIMARY KEY,
        topic text NOT NULL,
        partition integer NOT NULL,
        message_offset bigint NOT NULL,
        key bytea,
        raw bytea,
        reason text NOT NULL,
        dead_at timestamptz NOT NULL DEFAULT now(),
        redelivered_at timestamptz,
        CONSTRAINT uq_dead_letter_topic_partition_message_offset UNIQUE (topic, partition, message_offset)
    )
    """,
)


def create(op: Any) -> None:
    """Create the tables, with outbox partitions for this month and the two after it. `op` is `alembic.op`."""
    for statement in _CREATE:
        op.execute(statement)
    for statement in partition_ddl(datetime.now(UTC), months_ahead=2):
        op.execute(statement)


def drop(op: Any) -> None:
    """Drop everything `create` made, data included."""
    for table in ("outbox", "inbox", "applied", "parked", "dead_letter"):
        op.execute(f"DROP TABLE {table}")
