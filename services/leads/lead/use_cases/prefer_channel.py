"""How a lead prefers to be spoken to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.domain import Lead
from services.leads.lead.use_cases.change_lead import change_lead
from services.leads.person.domain import Way
from services.leads.record.domain import Change
from shared.contracts.identity import Identity


async def prefer_channel(
    connection: AsyncConnection,
    identity: Identity,
    lead_id: UUID,
    way: Way | None,
    *,
    seen_version: int | None,
    now: datetime,
) -> Lead:
    """The lead with this preference; the contact it becomes has it too. Refuses with `lead_not_found`."""

    def decide(lead: Lead) -> Change[Lead] | None:
        return lead.edit({"preferred_channel": way}, now=now)

    return await change_lead(connection, identity, lead_id, decide, seen_version=seen_version)
