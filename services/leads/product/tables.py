"""The replica of products."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Table, Text, Uuid, text

from services.leads.tables import metadata

known_product = Table(
    "known_product",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Index("ix_known_product_name", text("lower(name)"), "id"),
)
