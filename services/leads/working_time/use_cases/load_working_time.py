"""The organisation's working time, for all who reckon with it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.working_time import queries
from shared.working_time.domain import WorkingTime


async def load_working_time(connection: AsyncConnection) -> WorkingTime:
    """Hours, zone and closed days, by one query."""
    return await queries.working_time(connection)
