"""What routing needs to know of leads beside themselves."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.domain import Lead
from services.leads.routing.router import Router
from services.leads.routing.subject import Subject


async def subjects_of(
    connection: AsyncConnection, leads: Sequence[Lead], router: Router, now: datetime
) -> dict[UUID, Subject]:
    """By lead id."""
    return {lead.id: Subject(lead) for lead in leads}
