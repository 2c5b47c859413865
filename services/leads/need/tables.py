"""Needs of leads, and what products answer."""

from sqlalchemy import Column, Index, Table, Text, Uuid

from services.leads.record.columns import record_columns
from services.leads.tables import metadata
from shared.persistence.types import Instant, TextList

lead_need = Table(
    "lead_need",
    metadata,
    *record_columns(),
    Column("lead_id", Uuid, nullable=False),
    Column("words", Text, nullable=False),
    Column("tags", TextList(), nullable=False),
    Column("urgency", Text),
    Column("current_solution", Text),
    Column("recorded_by", Text, nullable=False),
    Index("ix_lead_need_lead_id", "lead_id", "created_at"),
    Index("ix_lead_need_tags", "tags", postgresql_using="gin"),
)

product_need = Table(
    "product_need",
    metadata,
    Column("product_id", Uuid, primary_key=True),
    Column("tags", TextList(), nullable=False),
    Column("updated_at", Instant, nullable=False),
)
