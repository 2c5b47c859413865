"""`team`: a tree by `parent_id`."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, Uuid, text

from services.gateway.tables import metadata
from shared.persistence.types import Instant, Json

team = Table(
    "team",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("parent_id", Uuid, ForeignKey("team.id")),
    Column("manager_id", Uuid, ForeignKey("member.id", use_alter=True)),
    Column("active", Boolean, nullable=False),
    Column("source_system", Text),
    Column("external_id", Text),
    Column("version", Integer, nullable=False),
    Column("field_versions", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    Index("ix_team_parent_id", "parent_id"),
    Index("ix_team_manager_id", "manager_id"),
    Index("ix_team_name_id", "name", "id"),
    Index(
        "uq_team_source_system_external_id",
        "source_system",
        "external_id",
        unique=True,
        postgresql_where=text("external_id IS NOT NULL"),
    ),
)
