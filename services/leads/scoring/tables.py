"""Trainings: asked for, running, done or failed."""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, Uuid, text

from services.leads.tables import metadata
from shared.persistence.types import Instant

scoring_training = Table(
    "scoring_training",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("status", Text, nullable=False),
    Column("requested_at", Instant, nullable=False),
    Column("requested_by", Text),
    Column("started_at", Instant),
    Column("finished_at", Instant),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("version", Integer),
    Column("fingerprint", Text),
    Column("error", Text),
    CheckConstraint("status IN ('queued', 'running', 'done', 'failed')", name="status_known"),
    Index(
        "uq_scoring_training_unfinished",
        text("(true)"),
        unique=True,
        postgresql_where=text("status IN ('queued', 'running')"),
    ),
)
