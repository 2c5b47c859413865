"""`partner`: an organisation that sends us leads."""

from sqlalchemy import Boolean, Column, Index, Integer, Table, Text, Uuid, func

from services.gateway.tables import metadata
from shared.persistence.types import Instant, Json

partner = Table(
    "partner",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("active", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("field_versions", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("ix_partner_name_id", "name", "id"),
)
Index("uq_partner_name", func.lower(partner.c.name), unique=True)
