"""What is known of a customer's needs, for whoever prepares to speak with the person."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.need import repository
from services.leads.need.domain import About, Need


async def needs_of_lead(connection: AsyncConnection, lead_id: UUID) -> list[Need]:
    """Those that were not taken back, the newest first."""
    return await repository.needs_of(connection, About(lead_id=lead_id))
