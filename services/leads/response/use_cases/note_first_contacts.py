"""Somebody spoke with leads for the first time: their clocks stop, and the time it took is kept."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.domain import Lead
from services.leads.lead.use_cases.open_cases import close_cases, open_cases
from services.leads.lead.use_cases.review_leads import about_leads
from services.leads.response import repository
from services.leads.tables import ORGANISATION
from shared.agenda.domain import Due
from shared.organisation.queries import load_working_time
from shared.working_time.domain import WorkingTime


async def note_first_contacts(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """A deadline that was missed is told of when it is called, also when that comes after this."""
    cases = await open_cases(connection, about_leads(entries))
    spoken = [case for case in cases if case.lead.first_contact_at is not None]
    if not spoken:
        return
    working = await load_working_time(connection, ORGANISATION)
    await repository.answer(connection, [_answer(case.lead, working) for case in spoken])
    for case in spoken:
        case.add(case.lead.forgive_breach(now=now))
    await close_cases(connection, cases)


def _answer(lead: Lead, working: WorkingTime) -> dict[str, Any]:
    """Minutes from when the lead came in; a contact that was before that took none."""
    at = lead.first_contact_at or lead.created_at
    return {
        "lead_id": lead.id,
        "owner_id": lead.owner_id,
        "at": at,
        "minutes": max((at - lead.created_at).total_seconds() / 60, 0),
        "business_minutes": working.minutes_between(lead.created_at, at),
    }
