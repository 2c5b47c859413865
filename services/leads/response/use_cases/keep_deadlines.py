"""What happens when a first contact is due soon, and when it is due."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.case import Case
from services.leads.lead.use_cases.open_cases import close_cases, open_cases
from services.leads.lead.use_cases.review_leads import about_leads
from services.leads.response import repository
from services.leads.response.domain import outcome_when_due
from services.leads.response.use_cases.start_clocks import start_clocks
from services.leads.routing.use_cases.reroute_leads import reroute_leads
from shared.agenda.domain import Due


async def warn(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Whoever has these leads is told, unless somebody spoke with them meanwhile or it is too late."""
    cases = await open_cases(connection, about_leads(entries))
    for case in cases:
        if case.lead.owes_response and case.lead.response_due_at == _due_at(case) > now:
            case.add(case.lead.warn_of_response(now=now))
    await close_cases(connection, cases)


async def call_time(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """The time of these leads is up: what nobody has spoken with is a breach, of the instant it was due.

    Where the policy says so another rep gets the lead, with a clock of that rep's own.
    """
    cases = await open_cases(connection, about_leads(entries))
    up = [case for case in cases if case.lead.response_due_at == _due_at(case)]
    outcomes = {case.lead.id: outcome_when_due(case.lead) for case in up}
    for case in up:
        if outcomes[case.lead.id] == "breached":
            case.add(case.lead.breach_response(now=now))
    policies = await repository.policies_of(connection, outcomes)
    await repository.end(connection, outcomes)
    again = {
        case.lead.id: policies[case.lead.id][1] + 1
        for case in up
        if case.lead.owes_response and case.lead.id in policies and case.lead.owner_id is not None
        if policies[case.lead.id][0].reassigns(policies[case.lead.id][1])
    }
    if again:
        moved = await reroute_leads(connection, [case for case in up if case.lead.id in again], now)
        await start_clocks(connection, moved, now, reassigned=again)
    await close_cases(connection, cases)


def _due_at(case: Case) -> datetime:
    """When the clock was up by which this was planned; the lead may have another one by now."""
    return datetime.fromisoformat(case.payload["due_at"])
