"""Where leads go that nobody is eligible for."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.queue import repository


async def find_default(connection: AsyncConnection) -> UUID | None:
    """The default queue; None when there is none."""
    return await repository.default_queue_id(connection)
