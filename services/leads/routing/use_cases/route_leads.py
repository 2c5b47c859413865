"""New leads that nobody owns are given to somebody, or wait in a queue."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.case import Case
from services.leads.lead.domain import Lead
from services.leads.queue.use_cases.plan_alerts import plan_alerts
from services.leads.routing import repository
from services.leads.routing.domain import Decision
from services.leads.routing.use_cases.open_router import open_routing


async def route_leads(connection: AsyncConnection, cases: Sequence[Case], now: datetime) -> None:
    """The step of triage. The same few statements for one lead or 200."""
    waiting = [case for case in cases if not case.loaded and wants_owner(case.lead)]
    if not waiting:
        return
    routing = await open_routing(connection, now=now)
    decided = await routing.route(connection, [case.lead for case in waiting])
    decisions = list(decided.items())
    for case in waiting:
        case.add(decided[case.lead.id].change(case.lead, now=now))
    await repository.add_traces(connection, decisions, by="system", now=now)
    await repository.take_turns(connection, turns_of(decisions), now)
    await plan_alerts(connection, queued_by(decisions), now)


def wants_owner(lead: Lead) -> bool:
    """Nobody owns it, it waits in no queue, and somebody should work on it."""
    return lead.owner_id is None and lead.queue_id is None and not lead.do_not_pursue


def turns_of(decisions: Sequence[tuple[UUID, Decision]]) -> dict[UUID, int]:
    """The last place each member took in the line."""
    return {
        decision.member_id: decision.turn
        for _, decision in decisions
        if decision.member_id is not None and decision.turn is not None
    }


def queued_by(decisions: Sequence[tuple[UUID, Decision]]) -> dict[UUID, UUID]:
    """Queue by lead, for those that wait from now on."""
    return {lead_id: each.queue_id for lead_id, each in decisions if each.queue_id is not None}
