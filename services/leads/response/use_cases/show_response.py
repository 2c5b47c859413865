"""Where a lead stands with its first response, and by which clocks it came there."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.domain import Lead
from services.leads.lead.use_cases.change_lead import load_lead
from services.leads.response import queries
from services.leads.response.schemas import ClockOut, ResponseOut
from shared.contracts.identity import Identity


async def show_response(
    connection: AsyncConnection, identity: Identity, lead_id: UUID, *, now: datetime
) -> ResponseOut:
    """Refuses with `lead_not_found`."""
    lead = await load_lead(connection, identity, lead_id)
    told = await queries.response_of(connection, lead_id)
    clocks = await queries.clocks_of(connection, lead_id)
    return ResponseOut(
        lead_id=lead_id,
        response_due_at=lead.response_due_at,
        response_breached_at=lead.response_breached_at,
        first_contact_at=lead.first_contact_at,
        response_met=_was_met(lead, now),
        minutes=told and told[0],
        business_minutes=told and told[1],
        clocks=[ClockOut.model_validate(clock) for clock in clocks],
    )


def _was_met(lead: Lead, now: datetime) -> bool | None:
    due = lead.response_due_at
    if due is None:
        return None
    if lead.first_contact_at is not None:
        return lead.first_contact_at <= due
    return False if lead.response_breached_at is not None or (lead.owes_response and due <= now) else None
