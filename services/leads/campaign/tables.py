"""Channels and campaigns."""

from sqlalchemy import Boolean, Column, Date, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from services.leads.record.columns import AMOUNT, record_columns
from services.leads.tables import metadata

channel = Table(
    "channel",
    metadata,
    *record_columns(),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("aliases", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    Column("active", Boolean, nullable=False),
    Index("uq_channel_key", "key", unique=True),
)

campaign = Table(
    "campaign",
    metadata,
    *record_columns(),
    Column("name", Text, nullable=False),
    *(Column(name, Text) for name in ("channel", "audience", "product", "goal")),
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("budget_amount", AMOUNT),
    Column("budget_currency", Text),
    Column("cost_amount", AMOUNT),
    Column("cost_currency", Text),
    Column("active", Boolean, nullable=False),
    Index("uq_campaign_name", text("lower(name)"), unique=True, postgresql_where=text("archived_at IS NULL")),
)
