"""An absence begins: new leads that still wait for their first contact go to others, by the policy."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.agenda.domain import Due
from services.leads.agenda.use_cases.plan_work import plan_work
from services.leads.lead.use_cases.open_cases import close_cases, open_cases
from services.leads.response import repository
from services.leads.response.use_cases.start_clocks import start_clocks
from services.leads.routing.use_cases.reroute_leads import reroute_leads
from services.leads.seller.use_cases.keep_absences import absences_at

_AT_ONCE = 200
_FIRST = str(UUID(int=0))


async def hand_over_leads(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """For each absence that goes on now, a piece of 200 leads at a time. Leads that nobody else could have
    stay where they are."""
    absences = await absences_at(connection, [entry.subject_id for entry in entries], now)
    for entry in entries:
        if entry.subject_id in absences:
            await _hand_over(connection, entry, absences[entry.subject_id], now)


async def _hand_over(connection: AsyncConnection, entry: Due, owner_id: UUID, now: datetime) -> None:
    after = UUID(entry.payload.get("after", _FIRST))
    running = await repository.running_of(connection, owner_id, after=after, now=now, most=_AT_ONCE)
    about = [replace(entry, subject_id=lead_id, payload={}) for lead_id in running]
    cases = [
        case
        for case in await open_cases(connection, about)
        if case.lead.owes_response and case.lead.owner_id == owner_id
    ]
    moved = await reroute_leads(connection, cases, now)
    await start_clocks(connection, moved, now, reassigned=running)
    await close_cases(connection, cases)
    if len(running) == _AT_ONCE:
        await plan_work(connection, [replace(entry, due_at=now, payload={"after": max(running)})])
