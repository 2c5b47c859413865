"""What has happened with leads, for whoever counts it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.activity import queries, repository
from services.leads.activity.domain import Activity
from shared.contracts.identity import Identity


async def activities_of_leads(
    connection: AsyncConnection, lead_ids: Collection[UUID], kinds: Collection[str]
) -> list[tuple[UUID, str, datetime]]:
    """Lead, type and time of every activity of these types; one that is only planned has not happened."""
    return await queries.times_of(connection, lead_ids, kinds)


async def latest_of_lead(
    connection: AsyncConnection, identity: Identity, lead_id: UUID, *, most: int
) -> list[Activity]:
    """The lead's activities that the caller may see, the last `most`, in order."""
    return await repository.latest_of_lead(connection, identity, lead_id, most)
