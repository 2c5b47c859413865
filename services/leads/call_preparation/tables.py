"""What must be known before a call: one row."""

from sqlalchemy import Boolean, CheckConstraint, Column, Integer, Table, Text
from sqlalchemy.dialects.postgresql import ARRAY

from services.leads.tables import metadata

prep_form = Table(
    "prep_form",
    metadata,
    Column("sole", Boolean, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("required", ARRAY(Text), nullable=False),
    CheckConstraint("sole", name="one_row"),
)
