"""What the leads of several ways became: tactics, ideas."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead_source import queries
from services.leads.lead_source.domain import Way, Yield
from shared.contracts.identity import Identity


async def count_ways(
    connection: AsyncConnection, identity: Identity, ways: Sequence[Way], *, currency: str
) -> dict[UUID, Yield]:
    """By the way's id, of all leads within the caller's scope; one query, none without ways."""
    return await queries.yields_of_ways(connection, identity, ways, currency=currency) if ways else {}
