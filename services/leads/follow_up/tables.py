"""Reminder rules."""

from sqlalchemy import Boolean, Column, Index, Numeric, Table, Text, text

from services.leads.record.columns import record_columns
from services.leads.tables import metadata

reminder_rule = Table(
    "reminder_rule",
    metadata,
    *record_columns(),
    Column("name", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("after_minutes", Numeric(12, 4), nullable=False),
    Column("counted", Text, nullable=False),
    Column("condition", Text),
    Column("active", Boolean, nullable=False),
    Index("uq_reminder_rule_name", "name", unique=True, postgresql_where=text("archived_at IS NULL")),
)
