"""Load and save partners."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.partner.domain import Partner, PartnerError
from services.gateway.partner.tables import partner
from services.gateway.versioned import insert_all, update_all


async def get(connection: AsyncConnection, partner_id: UUID) -> Partner:
    """The partner, locked for change. Refuses with `partner_not_found`."""
    rows = await connection.execute(select(partner).where(partner.c.id == partner_id).with_for_update())
    row = rows.mappings().one_or_none()
    if row is None:
        raise PartnerError("partner_not_found", "There is no such partner.")
    lists = {name: tuple(row[name]) for name in ("product_ids", "contact_ids")}
    return Partner(**{**row, **lists})


async def add(connection: AsyncConnection, new: Partner) -> None:
    """Write a new partner."""
    await insert_all(connection, partner, [asdict(new)])


async def save(connection: AsyncConnection, changed: Partner) -> None:
    """Write the next version."""
    await update_all(connection, partner, [asdict(changed)])
