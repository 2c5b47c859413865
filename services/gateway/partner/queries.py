"""Reads of partners."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.partner.domain import KINDS
from services.gateway.partner.tables import partner
from shared.web.listing import Field, Listing

_OUT = [column for column in partner.c if column.name != "field_versions"]
PARTNERS = Listing(
    name="partners",
    table=partner,
    fields={
        "id": Field(partner.c.id, "uuid", sortable=True),
        "name": Field(partner.c.name, "text", sortable=True),
        "description": Field(partner.c.description, "text"),
        "active": Field(partner.c.active, "bool"),
        "kind": Field(partner.c.kind, "enum", values=KINDS),
        "program_id": Field(partner.c.program_id, "uuid"),
        "territory_id": Field(partner.c.territory_id, "uuid"),
        "contract_starts_on": Field(partner.c.contract_starts_on, "date"),
        "contract_ends_on": Field(partner.c.contract_ends_on, "date"),
        "version": Field(partner.c.version, "int"),
        "created_at": Field(partner.c.created_at, "datetime", sortable=True),
        "updated_at": Field(partner.c.updated_at, "datetime", sortable=True),
    },
    default_sort="name",
    text=(partner.c.name,),
    columns=_OUT,
    item_fields=tuple(column.name for column in _OUT),
)


async def shown(connection: AsyncConnection, partner_id: UUID) -> Mapping[str, Any] | None:
    """One partner."""
    rows = await connection.execute(select(*_OUT).where(partner.c.id == partner_id))
    row = rows.mappings().one_or_none()
    return None if row is None else dict(row)


async def is_active(connection: AsyncConnection, partner_id: UUID) -> bool | None:
    """Whether the partner is active; None when there is none."""
    active: bool | None = await connection.scalar(select(partner.c.active).where(partner.c.id == partner_id))
    return active
