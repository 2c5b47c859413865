"""Touches of leads."""

from sqlalchemy import Column, Index, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from services.leads.tables import metadata
from services.leads.touch.domain import WAY
from shared.persistence.types import Instant

lead_touch = Table(
    "lead_touch",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("lead_id", Uuid, nullable=False),
    Column("at", Instant, nullable=False),
    Column("kind", Text, nullable=False),
    *(Column(name, Text) for name in WAY),
    Column("url", Text),
    Column("utm", JSONB, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Index("ix_lead_touch_at", "at"),
    Index("ix_lead_touch_lead_id_at_id", "lead_id", "at", "id"),
    Index("ix_lead_touch_campaign", text("lower(campaign)"), postgresql_where=text("campaign IS NOT NULL")),
)
