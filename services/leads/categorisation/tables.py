"""Rules that put leads into categories."""

from sqlalchemy import Boolean, Column, Integer, Table, Text

from services.leads.record.columns import record_columns
from services.leads.tables import metadata

category_rule = Table(
    "category_rule",
    metadata,
    *record_columns(),
    Column("name", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("condition", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
)
