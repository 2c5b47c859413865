"""An absence begins: new leads that still wait for their first contact go to others, by the policy."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.use_cases.open_cases import close_cases, open_cases
from services.leads.response import repository
from services.leads.response.use_cases.start_clocks import start_clocks
from services.leads.routing.use_cases.reroute_leads import reroute_leads
from services.leads.seller.use_cases.keep_absences import absences_at
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work

_AT_ONCE = 200
_FIRST = str(UUID(int=0))


async def hand_over_leads(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """The leads of those whose absence goes on now, for each a piece of 200 at a time. What nobody else could
    have stays where it is. All leads are locked before routing is waited for."""
    absences = await absences_at(connection, [entry.subject_id for entry in entries], now)
    about: dict[UUID, Due] = {}
    reassigned: dict[UUID, int] = {}
    for entry in entries:
        if entry.subject_id in absences:
            running = await _running(connection, entry, absences[entry.subject_id], now)
            about |= {lead_id: replace(entry, subject_id=lead_id, payload={}) for lead_id in running}
            reassigned |= running
    cases = await open_cases(connection, list(about.values()))
    absent = set(absences.values())
    waiting = [each for each in cases if each.lead.owes_response and each.lead.owner_id in absent]
    moved = await reroute_leads(connection, waiting, now)
    await start_clocks(connection, moved, now, reassigned=reassigned)
    await close_cases(connection, cases)


async def _running(connection: AsyncConnection, entry: Due, owner_id: UUID, now: datetime) -> dict[UUID, int]:
    """The next piece of this owner's leads, with how often each was reassigned; plans the one after it."""
    after = UUID(entry.payload.get("after", _FIRST))
    running = await repository.running_of(connection, owner_id, after=after, now=now, most=_AT_ONCE)
    if len(running) == _AT_ONCE:
        await plan_work(connection, [replace(entry, due_at=now, payload={"after": max(running)})])
    return running
