"""Routing rules."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from services.leads.record.columns import record_columns
from services.leads.tables import metadata

routing_rule = Table(
    "routing_rule",
    metadata,
    *record_columns(),
    Column("name", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("condition", Text),
    Column("action", JSONB, nullable=False),
    Column("fallthrough", Boolean, nullable=False),
    Column("working_hours", Text, nullable=False),
    Column("respect_capacity", Boolean, nullable=False),
    Column("seller_group", Text),
    Index("ix_routing_rule_position_id", "position", "id"),
)
