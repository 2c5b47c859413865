"""Partner programmes."""

from sqlalchemy import Boolean, Column, Index, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from services.leads.record.columns import record_columns
from services.leads.tables import metadata

partner_program = Table(
    "partner_program",
    metadata,
    *record_columns(),
    Column("name", Text, nullable=False),
    Column("rules", Text),
    Column("tiers", JSONB, nullable=False),
    Column("active", Boolean, nullable=False),
    Index(
        "uq_partner_program_name",
        text("lower(name)"),
        unique=True,
        postgresql_where=text("archived_at IS NULL"),
    ),
)
