"""Nobody is to work on a lead any more, or again: its clock stops, and starts anew."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.case import Case
from services.leads.lead.use_cases.open_cases import close_cases, open_cases
from services.leads.lead.use_cases.review_leads import about_leads
from services.leads.response import repository
from services.leads.response.use_cases.start_clocks import start_clocks
from services.leads.routing.use_cases.route_leads import route_leads
from shared.agenda.domain import Due


async def stop_clocks(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Leads that were put away, or are not to be pursued: nothing is due, nobody is told of anything."""
    cases = await open_cases(connection, about_leads(entries))
    stopped = [case for case in cases if case.lead.is_set_down and case.lead.response_breached_at is None]
    for case in stopped:
        case.add(case.lead.stop_response(now=now))
    await repository.end(connection, dict.fromkeys((case.lead.id for case in stopped), "ended"))
    await close_cases(connection, cases)


async def resume_clocks(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Leads that are worked on again have the whole time from then on, and an owner where they had none. A
    clock that was not stopped yet goes on, a breach stays. History of other systems owes no answer."""
    cases = await open_cases(connection, about_leads(entries))
    known = await repository.with_clocks(connection, [case.lead.id for case in cases])
    resumed = [case for case in cases if _begins_anew(case) and _is_ours(case, case.lead.id in known)]
    await route_leads(connection, resumed, now)
    await start_clocks(connection, resumed, now)
    await close_cases(connection, cases)


def _begins_anew(case: Case) -> bool:
    lead = case.lead
    return lead.owes_response and lead.response_due_at is None


def _is_ours(case: Case, had_clock: bool) -> bool:
    return had_clock or case.lead.source_system is None
