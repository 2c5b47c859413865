"""A decision that was taken outside of routing is kept with those of routing."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.domain import Lead
from services.leads.lead.use_cases.decide_leads import save_leads
from services.leads.record.domain import Change, Draft
from services.leads.routing import queries
from services.leads.routing.domain import Decision
from services.leads.routing.repository import go_to_the_end, traces_beside


async def note_decision(
    connection: AsyncConnection,
    lead: Lead,
    decision: Decision,
    change: Change[Lead],
    *,
    by: str,
    now: datetime,
) -> None:
    """Write the lead with the trace; whoever got it goes to the end of the line."""
    beside = traces_beside([(lead.id, decision)], by=by, now=now)
    await save_leads(connection, [Draft(lead, (change,))], beside)
    await go_to_the_end(connection, [decision.member_id] if decision.member_id else [], now)


async def last_decision(connection: AsyncConnection, lead_id: UUID) -> queries.Last | None:
    """How the lead came to where it is; None when nothing was decided yet."""
    return await queries.last_of(connection, lead_id)
