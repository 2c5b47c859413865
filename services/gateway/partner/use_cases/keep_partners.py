"""Take a partner in, change it, ask about it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.partner import repository
from services.gateway.partner.domain import Partner
from services.gateway.partner.queries import is_active, shown
from shared.contracts.ids import new_id

__all__ = ["add_partner", "change_partner", "is_active", "shown"]


async def add_partner(
    connection: AsyncConnection, name: str, description: str | None, *, now: datetime
) -> Partner:
    """A new partner. The database refuses a name that is taken (`name_taken`)."""
    partner = Partner(new_id(), name, description, active=True, created_at=now, updated_at=now)
    await repository.add(connection, partner)
    return partner


async def change_partner(
    connection: AsyncConnection,
    partner_id: UUID,
    changes: Mapping[str, Any],
    *,
    seen_version: int,
    now: datetime,
) -> Partner:
    """The partner after the change. Refuses `partner_not_found`, `version_conflict`, `name_taken`."""
    partner = await repository.get(connection, partner_id)
    edited = partner.edited(changes, seen_version=seen_version, now=now)
    if edited is not partner:
        await repository.save(connection, edited)
    return edited
