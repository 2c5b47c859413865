"""The organisation's hours (one row) and the days on which nobody works."""

from sqlalchemy import CheckConstraint, Column, Date, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from services.leads.record.columns import record_columns
from services.leads.tables import metadata

# `week` is null while the hours are those of the organisation's working days.
working_hours = Table("working_hours", metadata, *record_columns(), Column("week", JSONB(none_as_null=True)))

closed_day = Table(
    "closed_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("name", Text, nullable=False),
    Column("country", Text),
    CheckConstraint("char_length(name) BETWEEN 1 AND 200", name="name_length"),
)
