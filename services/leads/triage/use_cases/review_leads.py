"""Every lead that changed is looked at again: what follows from how it stands now is brought up to date."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.audience.use_cases.flag_leads import flag_leads
from services.leads.categorisation.use_cases.categorise_leads import categorise_by_rules
from services.leads.lead.use_cases.open_cases import close_cases, open_cases
from services.leads.lead.use_cases.review_leads import about_leads
from services.leads.lead.use_cases.score_leads import score_cases
from services.leads.nurture.use_cases.follow_categories import follow_categories
from services.leads.pursuit.use_cases.mark_leads import mark_leads
from services.leads.score_rule.use_cases.give_points import give_points
from services.leads.segment.use_cases.place_leads import segment_by_rules
from services.leads.triage.use_cases.triage_leads import Step
from shared.agenda.domain import Due

STEPS: tuple[Step, ...] = (
    score_cases,
    give_points,
    segment_by_rules,
    categorise_by_rules,
    mark_leads,
    flag_leads,
)


async def review_leads(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """All steps for the open ones among these leads, written at the end; nurture follows all of them."""
    cases = await open_cases(connection, about_leads(entries))
    for step in STEPS:
        await step(connection, [case for case in cases if case.goes_on], now)
    await follow_categories(connection, cases, now)
    await close_cases(connection, cases)
