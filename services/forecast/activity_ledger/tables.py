"""`activity_now`: one row per activity."""

from sqlalchemy import Column, Index, Integer, Table, Text, Uuid, text

from services.forecast.tables import metadata
from shared.persistence.types import Instant

activity_now = Table(
    "activity_now",
    metadata,
    Column("activity_id", Uuid, primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("known_at", Instant, nullable=False),
    Column("activity_type", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("owner_id", Uuid),
    Column("lead_id", Uuid),
    Column("account_id", Uuid),
    Column("contact_id", Uuid),
    Column("deal_id", Uuid),
    Column("direction", Text),
    Column("outcome", Text),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    Column("due_at", Instant),
    Column("done_at", Instant),
    Column("archived_at", Instant),
    Index("ix_activity_now_owner_id_done_at", "owner_id", "done_at"),
    Index("ix_activity_now_known_at", "known_at"),
    Index("ix_activity_now_deal_id", "deal_id", postgresql_where=text("deal_id IS NOT NULL")),
)
