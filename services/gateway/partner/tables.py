"""`partner`: an organisation that sells for us and sends us leads."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Index, Integer, Table, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import ARRAY

from services.gateway.partner.domain import KINDS
from services.gateway.tables import metadata
from shared.persistence.types import Instant, Json

_KINDS = ", ".join(f"'{kind}'" for kind in KINDS)

partner = Table(
    "partner",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("description", Text),
    Column("active", Boolean, nullable=False),
    Column("kind", Text, nullable=False, server_default="partner"),
    Column("program_id", Uuid),
    Column("territory_id", Uuid),
    *(
        Column(name, ARRAY(Uuid), nullable=False, server_default=text("'{}'"))
        for name in ("product_ids", "contact_ids")
    ),
    Column("contract_starts_on", Date),
    Column("contract_ends_on", Date),
    Column("version", Integer, nullable=False),
    Column("field_versions", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    CheckConstraint(f"kind IN ({_KINDS})", name="kind_known"),
    Index("ix_partner_name_id", "name", "id"),
)
Index("uq_partner_name", func.lower(partner.c.name), unique=True)
