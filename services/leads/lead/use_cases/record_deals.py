"""The pipeline opened, won or lost a deal that came of a lead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead import repository
from services.leads.lead.domain import LeadError
from services.leads.record.domain import Draft
from services.leads.record.use_cases.try_again import rounds
from shared.contracts.envelope import EventContext


@dataclass(frozen=True, slots=True)
class DealNews:
    """What happened to a lead's deal. `event_id` makes noting it twice one entry."""

    event_id: UUID
    lead_id: UUID
    what: str
    at: datetime
    by: str | None
    details: Mapping[str, Any]


async def link_deal(
    connection: AsyncConnection, lead_id: UUID, deal_id: UUID, *, at: datetime, context: EventContext
) -> None:
    """The lead knows its deal from now on. One that knows a deal already, or is not here, stays as it is."""
    async for _ in rounds():
        named = await repository.LEADS.find_many(connection, [lead_id])
        lead = (await repository.LEADS.as_merged(connection, named)).get(lead_id)
        change = lead.link_deal(deal_id, at, now=at) if lead is not None else None
        if change is None or await repository.save(connection, [Draft(lead, (change,))], context):
            return
    raise LeadError("temporarily_unavailable", "The lead is being changed by many at once.")


async def note_deals(connection: AsyncConnection, news: Sequence[DealNews]) -> None:
    """What became of the deals, in the leads' histories."""
    entries = [
        {
            "id": each.event_id,
            "lead_id": each.lead_id,
            "version": None,
            "at": each.at,
            "what": each.what,
            "by": each.by,
            "details": each.details,
        }
        for each in news
    ]
    if entries:
        await repository.note(connection, entries)
