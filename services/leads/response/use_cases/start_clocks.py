"""Whoever has a new lead owes it a first contact: the clock starts, by the first policy that fits."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.expression.lead_facts import lead_facts
from services.leads.lead.case import Case
from services.leads.lead.use_cases.open_cases import close_cases, open_cases
from services.leads.lead.use_cases.review_leads import about_leads
from services.leads.response import repository
from services.leads.response.domain import DUE, WARNING, Clock, ResponsePolicy, first_fitting
from services.leads.tables import ORGANISATION
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.ids import new_id
from shared.organisation.queries import load_working_time
from shared.working_time.domain import WorkingTime


async def start_clocks(
    connection: AsyncConnection,
    cases: Sequence[Case],
    now: datetime,
    *,
    reassigned: Mapping[UUID, int] | None = None,
) -> None:
    """A step of triage, and of every change of owner. The clock that ran for the former owner ends.

    `reassigned`: how often a lead was taken from somebody who did not answer. A case whose entry says since
    when the lead is worked on again (`since`) has its time from then on.
    """
    waiting = [case for case in cases if not case.loaded and case.lead.owes_response]
    if not waiting:
        return
    policies = await repository.active_policies(connection)
    working = await load_working_time(connection, ORGANISATION)
    started: list[tuple[Case, Clock]] = []
    for case in waiting:
        lead = case.lead
        policy = first_fitting(policies, lead_facts(lead, now))
        times = (reassigned or {}).get(lead.id, 0)
        clock = _clock(case, policy, working, times) if policy else None
        case.add(lead.expect_response(clock.due_at if clock else None, now=now))
        if clock is not None:
            started.append((case, clock))
    ids = [case.lead.id for case in waiting]
    await repository.end(connection, dict.fromkeys(ids, "replaced"))
    await repository.start(connection, [clock for _, clock in started])
    await plan_work(connection, [due for case, clock in started for due in _entries(case, clock)])


def _clock(case: Case, policy: ResponsePolicy, working: WorkingTime, times: int) -> Clock:
    since = case.payload.get("since")
    return policy.start(
        case.lead,
        working,
        clock_id=new_id(),
        since=datetime.fromisoformat(since) if since else None,
        reassignments=times,
    )


async def restart_clocks(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """These leads have a new owner."""
    cases = await open_cases(connection, about_leads(entries))
    await start_clocks(connection, cases, now)
    await close_cases(connection, cases)


def _entries(case: Case, clock: Clock) -> list[Due]:
    """Each clock has entries of its own, which say at their time whether it still runs: to take them off the
    agenda would mean to wait for a worker that is just at them."""
    about, cause = {"record_id": clock.lead_id, "due_at": clock.due_at}, case.context.correlation_id
    entries = [Due(DUE, clock.id, clock.due_at, about, cause)]
    if clock.warn_at is not None:
        entries.append(Due(WARNING, clock.id, clock.warn_at, about, cause))
    return entries
