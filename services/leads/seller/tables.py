"""Profiles and absences of sellers, and the catalogue of skills."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.leads.tables import metadata
from shared.persistence.types import Instant, Json

seller = Table(
    "seller",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("archived_at", Instant),
    Column("skills", JSONB, nullable=False),
    Column("languages", ARRAY(Text), nullable=False),
    Column("capacity", Integer),
    Column("daily_limit", Integer),
    Column("seller_group", Text),
    Column("preferred", Text),
    Column("accepts_leads", Boolean, nullable=False),
    Column("working_hours", Json),
    Column("time_zone", Text),
)

absence = Table(
    "absence",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("member_id", Uuid, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("reason", Text),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("archived_at", Instant),
    CheckConstraint("starts_at < ends_at", name="in_order"),
    Index("ix_absence_member_id_starts_at_id", "member_id", "starts_at", "id"),
    Index("ix_absence_ends_at", "ends_at"),
)

skill = Table(
    "skill",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)
Index("uq_skill_kind_name", skill.c.kind, func.lower(skill.c.name), unique=True)
