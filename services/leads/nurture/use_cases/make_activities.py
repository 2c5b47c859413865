"""Steps that are due become activities of whoever owns the lead now."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.activity.use_cases.plan_activities import plan_activities
from services.leads.lead.domain import Lead
from services.leads.lead.use_cases.find_leads import leads_of
from services.leads.nurture import repository
from services.leads.nurture.domain import Enrolment, Step, why_over
from services.leads.nurture.use_cases.stop_nurture import end_enrolments
from shared.agenda.domain import Due


async def make_activities(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Each step once. A lead that should be nurtured no more stops here, whatever it missed before."""
    found = await repository.planned(connection, {entry.subject_id for entry in entries})
    leads = await leads_of(connection, {step.lead_id for step, _ in found})
    over = {
        enrolment.id: why
        for step, enrolment in found
        if (why := _why_over(leads.get(step.lead_id), enrolment)) is not None
    }
    await end_enrolments(connection, over, now)
    due = [step for step, enrolment in found if enrolment.id not in over]
    if due:
        values = [_activity(step, leads[step.lead_id]) for step in due]
        made = await plan_activities(connection, values, now=now)
        await repository.settle(connection, dict(zip((step.id for step in due), made, strict=True)), now)


def _why_over(lead: Lead | None, enrolment: Enrolment) -> str | None:
    if lead is None:
        return "the lead is not there any more"
    return enrolment.ended_why or why_over(lead, enrolment)


def _activity(step: Step, lead: Lead) -> dict[str, object]:
    return {
        "type": step.type,
        "subject": step.subject,
        "notes": step.script,
        "due_at": step.due_at,
        "lead_id": lead.id,
        "owner_id": lead.owner_id,
    }
