"""How many open leads members have: one query for all of them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead import queries


async def count_open_leads(connection: AsyncConnection, owners: Collection[UUID]) -> dict[UUID, int]:
    """The number by owner; an owner without open leads is not in the answer."""
    return await queries.open_leads_of(connection, owners) if owners else {}


async def count_open_leads_in(connection: AsyncConnection, territory_id: UUID) -> int:
    """How many open leads lie in the territory."""
    return await queries.open_leads_in(connection, territory_id)
