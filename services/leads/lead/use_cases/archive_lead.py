"""A lead is put away, or brought back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.domain import Lead
from services.leads.lead.use_cases.change_lead import change_lead
from shared.contracts.identity import Identity


async def archive_lead(
    connection: AsyncConnection, identity: Identity, lead_id: UUID, *, seen_version: int | None, now: datetime
) -> Lead:
    """The lead, put away whatever its status. Once more changes nothing."""
    return await change_lead(
        connection, identity, lead_id, lambda lead: lead.archive(now=now), seen_version=seen_version
    )


async def restore_lead(
    connection: AsyncConnection, identity: Identity, lead_id: UUID, *, seen_version: int | None, now: datetime
) -> Lead:
    """The lead, in the lists again as it was."""
    return await change_lead(
        connection, identity, lead_id, lambda lead: lead.restore(now=now), seen_version=seen_version
    )
