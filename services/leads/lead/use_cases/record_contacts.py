"""Somebody spoke with leads: the new ones among them become contacted."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead import repository
from services.leads.lead.domain import LeadError
from services.leads.record.domain import Draft
from services.leads.record.use_cases.try_again import rounds
from services.leads.tables import SOURCE
from shared.observability.causes import event_context


async def record_contacts(
    connection: AsyncConnection, spoken: Mapping[UUID, datetime], *, now: datetime
) -> None:
    """`spoken`: for each lead when it was first spoken with. Leads that are further on stay as they
    are; for one that was merged it is the one it is part of."""
    async for _ in rounds():
        named = await repository.LEADS.find_many(connection, spoken)
        followed = await repository.LEADS.as_merged(connection, named)
        leads = {lead.id: lead for lead in followed.values()}
        first: dict[UUID, datetime] = {}
        for named_id, lead in followed.items():
            first[lead.id] = min(spoken[named_id], first.get(lead.id, spoken[named_id]))
        changes = [(lead, lead.contact(first[lead.id], now=now)) for lead in leads.values()]
        drafts = [Draft(lead, (change,)) for lead, change in changes if change is not None]
        if not drafts:
            return
        written = await repository.save(connection, drafts, event_context(SOURCE))
        if len(written) == len(drafts):
            return
    raise LeadError("temporarily_unavailable", "A lead is being changed by many at once; try again.")
