"""What became of the deals of leads."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.deal_link import queries


async def deals_of_leads(connection: AsyncConnection, lead_ids: Collection[UUID]) -> dict[UUID, set[str]]:
    """The statuses (`open`, `won`, `lost`) of each lead's deals, as far as they are known here."""
    found: dict[UUID, set[str]] = defaultdict(set)
    for lead_id, status in await queries.of_leads(connection, lead_ids):
        found[lead_id].add(status)
    return found


async def count_settled(connection: AsyncConnection) -> tuple[int, int]:
    """How many deals of leads there are, and the sum of their versions: it grows with every change of one."""
    return await queries.count_of_leads(connection)
