"""`member` and the invitations by which members choose their first password."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    func,
    text,
)

from services.gateway.tables import metadata
from shared.persistence.types import Instant, Json

member = Table(
    "member",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("email", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("team_id", Uuid, ForeignKey("team.id")),
    Column("active", Boolean, nullable=False),
    Column("password_hash", Text),
    Column("last_sign_in_at", Instant),
    Column("source_system", Text),
    Column("external_id", Text),
    Column("version", Integer, nullable=False),
    Column("field_versions", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("ix_member_team_id", "team_id"),
    Index("ix_member_name_id", "name", "id"),
    Index("ix_member_created_at_id", "created_at", "id"),
    Index(
        "uq_member_source_system_external_id",
        "source_system",
        "external_id",
        unique=True,
        postgresql_where=text("external_id IS NOT NULL"),
    ),
)
Index("uq_member_email", func.lower(member.c.email), unique=True)

invitation = Table(
    "invitation",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("member_id", Uuid, ForeignKey("member.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Index("ix_invitation_member_id", "member_id"),
)
