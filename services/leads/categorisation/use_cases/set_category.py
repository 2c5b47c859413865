"""A member decides on the category of a lead."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.category.use_cases.check_categories import check_category
from services.leads.lead.domain import Lead
from services.leads.lead.use_cases.change_lead import change_lead
from shared.contracts.identity import Identity


async def set_category(
    connection: AsyncConnection,
    identity: Identity,
    lead_id: UUID,
    category: str | None,
    reason: str,
    *,
    seen_version: int | None,
    now: datetime,
) -> Lead:
    """The lead in the category; no rule changes it from now on. None gives it back to the rules."""
    await check_category(connection, category)
    return await change_lead(
        connection,
        identity,
        lead_id,
        lambda lead: lead.categorise(category, reason, by="member", now=now),
        seen_version=seen_version,
    )
