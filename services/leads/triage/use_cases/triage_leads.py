"""Every new lead is looked at once, soon after it came in. Each step decides one thing and says why."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.audience.use_cases.flag_leads import flag_leads
from services.leads.categorisation.use_cases.categorise_leads import categorise_by_rules
from services.leads.duplicate.use_cases.find_duplicates import find_duplicates
from services.leads.lead.case import Case
from services.leads.lead.use_cases.open_cases import close_cases, open_cases
from services.leads.lead.use_cases.review_leads import about_leads
from services.leads.lead.use_cases.score_leads import score_cases
from services.leads.nurture.use_cases.follow_categories import follow_categories
from services.leads.pursuit.use_cases.mark_leads import mark_leads
from services.leads.response.use_cases.start_clocks import start_clocks
from services.leads.routing.use_cases.route_leads import route_leads
from services.leads.score_rule.use_cases.give_points import give_points
from services.leads.segment.use_cases.place_leads import segment_by_rules
from shared.agenda.domain import Due

Step = Callable[[AsyncConnection, Sequence[Case], datetime], Awaitable[None]]

# In this order: what a step decides is known to the next.
STEPS: tuple[Step, ...] = (
    find_duplicates,
    score_cases,
    give_points,
    segment_by_rules,
    categorise_by_rules,
    mark_leads,
    flag_leads,
    route_leads,
    start_clocks,
    follow_categories,
)


async def triage_leads(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """All steps for these leads, written at the end as one version after another."""
    cases = await open_cases(connection, entries)
    for step in STEPS:
        await step(connection, [case for case in cases if case.goes_on], now)
    await close_cases(connection, cases)


async def triage_again(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """The same for leads that were there, which something has changed from the ground up."""
    await triage_leads(connection, about_leads(entries), now)
