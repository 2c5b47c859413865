"""`feed`: facts by position. `feed_owner`: who owned a record last. `stream_ticket`: one-time tickets."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Identity,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    Uuid,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from services.gateway.tables import metadata
from shared.persistence.types import Instant, Json

feed = Table(
    "feed",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("topic", Text, nullable=False),
    Column("subject", Uuid, nullable=False),
    Column("owner_id", Uuid),
    Column("owner_changed", Boolean, nullable=False),
    Column("previous_owner_id", Uuid),
    Column("team_id", Uuid),
    Column("partner_id", Uuid),
    Column("member_ids", ARRAY(Uuid)),
    Column("left_member_id", Uuid),
    Column("envelope", Json, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Index("ix_feed_topic_position", "topic", "position"),
    Index("ix_feed_owner_id_position", "owner_id", "position"),
    Index("ix_feed_recorded_at", "recorded_at"),
    Index(
        "ix_feed_previous_owner_id_position",
        "previous_owner_id",
        "position",
        postgresql_where=text("previous_owner_id IS NOT NULL"),
    ),
    Index(
        "ix_feed_partner_id_position",
        "partner_id",
        "position",
        postgresql_where=text("partner_id IS NOT NULL"),
    ),
    Index(
        "ix_feed_member_ids",
        "member_ids",
        postgresql_using="gin",
        postgresql_where=text("member_ids IS NOT NULL"),
    ),
    Index(
        "ix_feed_left_member_id_position",
        "left_member_id",
        "position",
        postgresql_where=text("left_member_id IS NOT NULL"),
    ),
)

feed_owner = Table(
    "feed_owner",
    metadata,
    Column("topic", Text),
    Column("subject", Uuid),
    Column("owner_id", Uuid),
    PrimaryKeyConstraint("topic", "subject"),
)

stream_ticket = Table(
    "stream_ticket",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("credential", Json, nullable=False),
    Column("expires_at", Instant, nullable=False),
)
