"""Leads to be looked at again, without changing them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead import queries, repository
from services.leads.lead.domain import Lead
from services.leads.lead.scope import visible
from shared.contracts.identity import Identity


async def leads_since(
    connection: AsyncConnection, identity: Identity, since: datetime, *, most: int
) -> list[Lead]:
    """The newest of the leads that came up since then and the caller may see, in the order they came up."""
    ids = await queries.ids_since(connection, since, most, visible(identity))
    found = await repository.LEADS.find_many(connection, ids)
    return [found[lead_id] for lead_id in ids if lead_id in found]


async def open_leads_in(connection: AsyncConnection, territory_id: UUID, *, most: int) -> list[UUID]:
    """The open leads that lie in the territory, by id."""
    return await queries.ids_in(connection, territory_id, most)


async def leads_waiting_in(
    connection: AsyncConnection, queue_id: UUID, *, most: int, after: tuple[datetime, UUID] | None = None
) -> list[tuple[UUID, datetime]]:
    """The leads in the queue, the longest waiting first, and since when each waits."""
    return await queries.waiting_in(connection, queue_id, most, after)
