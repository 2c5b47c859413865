"""What the leads of one campaign became."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead_source import queries
from services.leads.lead_source.domain import Yield
from services.leads.touch.domain import Attribution
from shared.contracts.identity import Identity


async def count_campaign(
    connection: AsyncConnection, identity: Identity, name: str, attribution: Attribution, *, currency: str
) -> Yield:
    """Of all leads within the caller's scope that are credited to it."""
    return await queries.yield_of_campaign(connection, identity, name, attribution, currency=currency)
