"""Leads that wait because nobody was eligible are routed anew when somebody may be again."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.case import Case
from services.leads.lead.domain import OPEN, Lead
from services.leads.lead.use_cases.look_at_leads import leads_waiting_in
from services.leads.lead.use_cases.open_cases import close_cases, open_cases
from services.leads.queue.domain import OVERDUE
from services.leads.queue.use_cases.find_queues import find_default
from services.leads.routing import queries, repository
from services.leads.routing.use_cases.open_router import open_routing
from services.leads.routing.use_cases.route_leads import turns_of
from services.leads.seller.domain import ROOM
from shared.agenda.domain import Due
from shared.agenda.planning import cancel_work, plan_work
from shared.contracts.ids import new_id

AT_ONCE = 200


async def look_for_room(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Handler of the agenda, after leads were changed: where an owner has one less, those that wait are
    looked at soon."""
    if not any(entry.payload.get("freed") for entry in entries):
        return
    queue_id = await find_default(connection)
    if queue_id is not None and await leads_waiting_in(connection, queue_id, most=1):
        await plan_work(connection, [Due(ROOM, new_id(), now)])


async def route_waiting(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Handler of the agenda: up to 200 leads of the default queue, the longest waiting first, and more while
    somebody could take one. Those that a member put there, or holds, stay."""
    queue_id = await find_default(connection)
    if queue_id is None:
        return
    there = await leads_waiting_in(connection, queue_id, after=_after(entries), most=AT_ONCE)
    cases = await open_cases(connection, [Due(ROOM, lead_id, now) for lead_id, _ in there])
    by_rule = await queries.queued_by_rule(connection, [case.lead.id for case in cases])
    waiting = [case for case in cases if case.lead.id in by_rule and _waits(case.lead, queue_id, now)]
    goes_on = bool(waiting) and await _route(connection, waiting, now)
    await close_cases(connection, cases)
    if len(there) == AT_ONCE and (goes_on or not waiting):
        last_id, queued_at = there[-1]
        await plan_work(
            connection, [Due(ROOM, new_id(), now, {"after": [queued_at.isoformat(), str(last_id)]})]
        )


async def _route(connection: AsyncConnection, waiting: Sequence[Case], now: datetime) -> bool:
    """Whether there is still somebody who could take a lead."""
    routing = await open_routing(connection, now=now)
    decided = await routing.route(connection, [case.lead for case in waiting])
    given = [(lead_id, each) for lead_id, each in decided.items() if each.outcome == "assigned"]
    for case in waiting:
        if decided[case.lead.id].outcome == "assigned":
            case.add(decided[case.lead.id].change(case.lead, now=now))
    await repository.add_traces(connection, given, by="system", now=now)
    await repository.take_turns(connection, turns_of(given), now)
    await cancel_work(connection, OVERDUE, [lead_id for lead_id, _ in given])
    return routing.router.has_room


def _waits(lead: Lead, queue_id: UUID, now: datetime) -> bool:
    held = lead.leased_until is not None and lead.leased_until > now
    return lead.queue_id == queue_id and not held and not lead.is_set_down and lead.status in OPEN


def _after(entries: Sequence[Due]) -> tuple[datetime, UUID] | None:
    """Where to go on; None, from the start, as soon as one entry asks for that."""
    asked = [entry.payload.get("after") for entry in entries]
    if None in asked:
        return None
    return min((datetime.fromisoformat(at), UUID(lead_id)) for at, lead_id in filter(None, asked))
