"""A step of triage and of every later look: who enters a category begins its plan, who leaves it stops."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.case import Case
from services.leads.nurture import repository
from services.leads.nurture.domain import STEP, enrol, why_over
from services.leads.nurture.use_cases.stop_nurture import end_enrolments
from services.leads.tables import ORGANISATION
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.organisation.queries import load_organisation


async def follow_categories(connection: AsyncConnection, cases: Sequence[Case], now: datetime) -> None:
    """Also for leads that have ended: their remaining steps are cancelled.

    History of another system is not nurtured. A lead looked at again begins a plan only when its category
    just changed: what was in a category before there was a plan stays as it is.
    """
    known = await repository.running(connection, {case.lead.id for case in cases})
    over = {
        known[case.lead.id].id: why
        for case in cases
        if case.lead.id in known and (why := why_over(case.lead, known[case.lead.id])) is not None
    }
    await end_enrolments(connection, over, now)
    staying = {lead_id for lead_id, enrolment in known.items() if enrolment.id not in over}
    await _begin(connection, [case for case in cases if case.lead.id not in staying], now)


async def _begin(connection: AsyncConnection, cases: Sequence[Case], now: datetime) -> None:
    entering = [case for case in cases if _enters(case)]
    if not entering:
        return
    plans = await repository.active_plans(connection, {str(case.lead.category) for case in entering})
    if not plans:
        return
    calendar = (await load_organisation(connection, ORGANISATION)).calendar
    begun = [
        enrol(case.lead, plans[str(case.lead.category)], calendar, now=now)
        for case in entering
        if case.lead.category in plans
    ]
    if begun:
        steps = [step for _, its_steps in begun for step in its_steps]
        await repository.add(connection, [enrolment for enrolment, _ in begun], steps)
        await plan_work(connection, [Due(STEP, step.id, step.due_at) for step in steps])


def _enters(case: Case) -> bool:
    if not case.goes_on or case.loaded or case.lead.category is None or case.lead.do_not_pursue:
        return False
    just_now = any("category" in step.fields for step in case.steps)
    return just_now or bool(case.payload.get("categorised")) or "record_id" not in case.payload
