"""Tactics."""

from sqlalchemy import CheckConstraint, Column, Date, Index, Integer, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY

from services.leads.record.columns import AMOUNT, record_columns
from services.leads.tables import metadata

MONEY = ("budget", "cost", "expected_revenue")

lead_tactic = Table(
    "lead_tactic",
    metadata,
    *record_columns(),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("owner_id", Uuid),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("sources", ARRAY(Text), nullable=False),
    Column("campaigns", ARRAY(Text), nullable=False),
    Column("expected_leads", Integer),
    *(Column(f"{name}_amount", AMOUNT) for name in MONEY),
    *(Column(f"{name}_currency", Text) for name in MONEY),
    CheckConstraint("ends_on >= starts_on", name="in_order"),
    Index(
        "uq_lead_tactic_name", text("lower(name)"), unique=True, postgresql_where=text("archived_at IS NULL")
    ),
    Index("ix_lead_tactic_starts_on_id", "starts_on", "id"),
)
