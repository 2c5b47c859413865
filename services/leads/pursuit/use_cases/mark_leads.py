"""A step of triage and of every later look: leads fall under the marks that stand."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.expression.lead_facts import lead_facts
from services.leads.lead.case import Case
from services.leads.person.domain import name_key
from services.leads.pursuit.domain import ready
from services.leads.pursuit.repository import standing_about


async def mark_leads(connection: AsyncConnection, cases: Sequence[Case], now: datetime) -> None:
    """`do_not_pursue` of each lead says whether a mark is about it, and the history why."""
    leads = [case.lead for case in cases]
    subjects = {lead.id for lead in leads} | {lead.account_id for lead in leads if lead.account_id}
    names = {name_key(lead.company) for lead in leads if lead.company}
    marks = await standing_about(connection, subjects, names)
    standing = ready(marks)
    for case in cases:
        if not marks and not case.lead.do_not_pursue:
            continue
        mark = standing.about(case.lead, lead_facts(case.lead, now))
        why = "no mark is about it any more" if mark is None else f"{mark.kind}: {mark.reason}"
        case.add(case.lead.pursue(mark is None, why, now=now))
