"""A lead is not worth selling to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.domain import Lead
from services.leads.lead.use_cases.change_lead import change_lead
from shared.contracts.identity import Identity


async def disqualify_lead(
    connection: AsyncConnection,
    identity: Identity,
    lead_id: UUID,
    reason: str,
    *,
    seen_version: int | None,
    now: datetime,
) -> Lead:
    """The disqualified lead. Refuses with `lead_not_open` when it is disqualified or converted."""
    return await change_lead(
        connection,
        identity,
        lead_id,
        lambda lead: lead.disqualify(reason, now=now),
        seen_version=seen_version,
    )
