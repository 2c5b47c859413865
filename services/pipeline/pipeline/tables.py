"""`pipeline`, its `stage` rows, and every version of it as it stood."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.pipeline.tables import metadata
from shared.persistence.types import Instant

pipeline = Table(
    "pipeline",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("checklist", JSONB, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("is_default", Boolean, nullable=False),
    Column("skipping_allowed", Boolean, nullable=False),
    Column("override_allowed", Boolean, nullable=False),
    Column("win_gates", JSONB, nullable=False),
    Column("lose_gates", JSONB, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    Index("uq_pipeline_default", "is_default", unique=True, postgresql_where=text("is_default")),
)

stage = Table(
    "stage",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("pipeline_id", Uuid, ForeignKey("pipeline.id"), nullable=False),
    Column("position", SmallInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("probability", Numeric),
    Column("forecast_category", Text, nullable=False),
    Column("target_days", Integer),
    Column("rotting_days", Integer),
    Column("supervisor_id", Uuid),
    Column("script", Text),
    Column("playbook_url", Text),
    Column("entry_gates", JSONB, nullable=False),
    Column("exit_gates", JSONB, nullable=False),
    Column("checklist", JSONB, nullable=False),
    Column("actions", JSONB, nullable=False),
    Column("removed", Boolean, nullable=False),
    Column("successor_id", Uuid),
    CheckConstraint("probability BETWEEN 0 AND 1", name="probability"),
    Index("ix_stage_pipeline_id_position", "pipeline_id", "position"),
    Index("ix_stage_supervisor_id", "supervisor_id", postgresql_where=text("supervisor_id IS NOT NULL")),
)

pipeline_version = Table(
    "pipeline_version",
    metadata,
    Column("pipeline_id", Uuid, ForeignKey("pipeline.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", Text),
    Column("body", JSONB, nullable=False),
    PrimaryKeyConstraint("pipeline_id", "version"),
)
