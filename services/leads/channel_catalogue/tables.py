"""The words for channels, and what becomes of unknown ones."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, Text

from services.leads.tables import metadata

channel_word = Table(
    "channel_word",
    metadata,
    Column("word", Text, primary_key=True),
    Column("key", Text, nullable=False),
    Index("ix_channel_word_key", "key"),
)

# One row.
channel_settings = Table(
    "channel_settings",
    metadata,
    Column("sole", Boolean, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("unknown", Text, nullable=False),
    CheckConstraint("sole", name="one_row"),
    CheckConstraint("unknown IN ('keep', 'refuse')", name="unknown_known"),
)
