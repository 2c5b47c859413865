"""Leads were spoken with for the first time: what is to be done next is planned by rule."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.activity.use_cases.plan_activities import plan_activities
from services.leads.expression.lead_facts import lead_facts
from services.leads.follow_up.repository import active_rules
from services.leads.lead.use_cases.open_cases import open_cases
from services.leads.lead.use_cases.review_leads import about_leads
from services.leads.tables import ORGANISATION
from shared.agenda.domain import Due
from shared.organisation.queries import load_working_time


async def plan_follow_ups(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """One activity for each lead that goes on and each rule that fits it, once. Nothing that would be
    past."""
    rules = await active_rules(connection)
    if not rules:
        return
    working = await load_working_time(connection, ORGANISATION)
    planned = []
    for case in await open_cases(connection, about_leads(entries)):
        contact_at = case.lead.first_contact_at
        if case.goes_on and contact_at is not None:
            facts = lead_facts(case.lead, now)
            fitting = (rule for rule in rules if rule.fits(facts))
            planned += [rule.follow_up(case.lead, contact_at, working, now=now) for rule in fitting]
    to_come = [values for values in planned if values is not None]
    if to_come:
        await plan_activities(connection, to_come, now=now)
