"""Categories of leads."""

from sqlalchemy import Column, Integer, Table, Text, UniqueConstraint

from services.leads.record.columns import record_columns
from services.leads.tables import metadata

lead_category = Table(
    "lead_category",
    metadata,
    *record_columns(),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("position", Integer, nullable=False),
    UniqueConstraint("key", name="uq_lead_category_key"),
)
