"""`submission`: each as it is. `submission_state`: each state it was in; a trigger refuses to alter it."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.forecast.tables import metadata
from shared.persistence.types import Instant

submission = Table(
    "submission",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("period", Text, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("team_id", Uuid),
    Column("owner_id", Uuid),
    Column("status", Text, nullable=False),
    Column("due_at", Instant),
    Column("late", Boolean, nullable=False),
    Column("number", Numeric, nullable=False),
    Column("author_id", Uuid),
    Column("submitted_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("state", JSONB, nullable=False),
    CheckConstraint("num_nonnulls(team_id, owner_id) <= 1", name="one_node"),
    CheckConstraint("status IN ('draft', 'submitted', 'accepted', 'returned', 'locked')", name="status"),
    Index(
        "uq_submission_round",
        "starts_on",
        "ends_on",
        "team_id",
        "owner_id",
        "due_at",
        unique=True,
        postgresql_where=text("due_at IS NOT NULL OR status IN ('draft', 'submitted', 'returned')"),
        postgresql_nulls_not_distinct=True,
    ),
    Index("ix_submission_created_at_id", "created_at", "id"),
)

submission_state = Table(
    "submission_state",
    metadata,
    Column("submission_id", Uuid),
    Column("version", Integer),
    Column("at", Instant, nullable=False),
    Column("what", Text, nullable=False),
    Column("actor_id", Uuid),
    Column("state", JSONB, nullable=False),
    PrimaryKeyConstraint("submission_id", "version"),
)
