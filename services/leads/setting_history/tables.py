"""Every step of every setting. A row is written by the statement that writes the setting."""

from sqlalchemy import Column, Index, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from services.leads.tables import metadata
from shared.persistence.types import Instant

# `changes`: [before, after] of each field. `setting`: the kind, as refusals name it.
setting_step = Table(
    "setting_step",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("setting", Text, nullable=False),
    Column("setting_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Column("what", Text, nullable=False),
    Column("by", Text),
    Column("correlation_id", Text),
    Column("changes", JSONB, nullable=False),
    Index("ix_setting_step_setting_id_at_id", "setting_id", "at", "id"),
)
