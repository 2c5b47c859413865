"""`pipeline` and its `stage` rows."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Numeric,
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
    Column("supervisor_id", Uuid),
    CheckConstraint("probability BETWEEN 0 AND 1", name="probability"),
    Index("uq_stage_pipeline_id_position", "pipeline_id", "position", unique=True),
    Index("uq_stage_pipeline_id_name", "pipeline_id", text("lower(name)"), unique=True),
)
