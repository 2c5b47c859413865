"""Sessions and their refresh tokens (hashes)."""

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, Table, Text, Uuid

from services.gateway.tables import metadata
from shared.persistence.types import Instant

session = Table(
    "session",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("member_id", Uuid, ForeignKey("member.id"), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("end_reason", Text),
    Index("ix_session_member_id", "member_id"),
    Index("ix_session_started_at", "started_at"),
)

refresh_token = Table(
    "refresh_token",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("session_id", Uuid, ForeignKey("session.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
    Index("ix_refresh_token_session_id", "session_id"),
)
