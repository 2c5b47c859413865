"""Changes whose deals follow: how far each has come."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

pipeline_change = Table(
    "pipeline_change",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("pipeline_id", Uuid, ForeignKey("pipeline.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("stage_ids", ARRAY(Uuid), nullable=False),
    Column("was_called", JSONB, nullable=False),
    Column("apply_probabilities", Boolean, nullable=False),
    Column("total", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("last_deal_id", Uuid),
    Column("by", Text),
    Column("correlation_id", Text),
    Column("started_at", Instant, nullable=False),
    Column("finished_at", Instant),
    CheckConstraint("status IN ('running', 'done')", name="status"),
    Index("ix_pipeline_change_pipeline_id_id", "pipeline_id", "id"),
    Index("ix_pipeline_change_running", "started_at", postgresql_where=text("status = 'running'")),
)
