"""The replica of partners."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Table, Text, Uuid, text

from services.leads.tables import metadata

known_partner = Table(
    "known_partner",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("program_id", Uuid),
    Column("territory_id", Uuid),
    Column("contract_starts_on", Date),
    Column("contract_ends_on", Date),
    Column("sequence", BigInteger, nullable=False),
    Index("ix_known_partner_program_id", "program_id", postgresql_where=text("program_id IS NOT NULL")),
)
