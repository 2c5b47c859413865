"""The catalogue of segments."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, text

from services.leads.record.columns import record_columns
from services.leads.tables import metadata

segment = Table(
    "segment",
    metadata,
    *record_columns(),
    Column("key", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("condition", Text),
    Column("position", Integer, nullable=False),
    Column("active", Boolean, nullable=False),
    Index("uq_segment_key", "key", unique=True, postgresql_where=text("archived_at IS NULL")),
)
