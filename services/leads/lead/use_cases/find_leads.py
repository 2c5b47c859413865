"""What other capabilities may ask about leads."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead import repository
from services.leads.lead.scope import visible
from shared.contracts.identity import Identity


async def visible_leads(connection: AsyncConnection, identity: Identity, ids: Collection[UUID]) -> set[UUID]:
    """Those of the leads that the caller may see."""
    return await repository.LEADS.existing(connection, ids, visible(identity))
