"""Members take leads out of queues, hold them for a while, and put them back."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.claim.domain import LEASE_ENDS, ClaimError
from services.leads.lead.domain import Lead
from services.leads.lead.use_cases.decide_leads import lock_lead, save_leads
from services.leads.lead.use_cases.open_cases import close_cases, open_cases
from services.leads.queue.domain import OVERDUE
from services.leads.queue.use_cases.find_queues import claimable_queues
from services.leads.queue.use_cases.plan_alerts import plan_alerts
from services.leads.record.domain import Change, Draft
from services.leads.routing.domain import Decision
from services.leads.routing.use_cases.count_loads import loads_of
from services.leads.routing.use_cases.note_decision import last_decision, note_decision
from shared.agenda.domain import Due
from shared.agenda.planning import cancel_work, plan_work
from shared.contracts.identity import Identity


async def claim_lead(
    connection: AsyncConnection,
    identity: Identity,
    lead_id: UUID,
    override_reason: str | None = None,
    *,
    now: datetime,
) -> Lead:
    """The lead, which is the caller's from now on. Of many who claim it at once one wins.

    Needs a transaction. Refuses with `already_claimed`, with `lead_leased` while another holds it, and with
    `at_capacity` unless it is said why it is taken all the same.
    """
    lead, member_id = await _waiting(connection, identity, lead_id)
    change = lead.claim(member_id, now=now)
    if change is None:
        return lead
    over = await _over_capacity(connection, member_id, now)
    if over is not None and override_reason is None:
        detail = f"You are not to get more: {over}. Say in `override_reason` why you take it all the same."
        raise ClaimError("at_capacity", detail)
    decision = Decision(
        "assigned",
        override_reason or "claimed from the queue",
        how="claim",
        member_id=member_id,
        queue_id=lead.queue_id,
        beside={"over_capacity": over},
    )
    await note_decision(connection, lead, decision, change, by=identity.sub, now=now)
    await cancel_work(connection, LEASE_ENDS, [lead_id])
    await cancel_work(connection, OVERDUE, [lead_id])
    return change.after


async def lease_lead(
    connection: AsyncConnection, identity: Identity, lead_id: UUID, minutes: int, *, now: datetime
) -> Lead:
    """The lead, which nobody else may claim for so long. Needs a transaction. Refuses as claiming does."""
    lead, member_id = await _waiting(connection, identity, lead_id)
    until = now + timedelta(minutes=minutes)
    change = lead.lease(member_id, until, now=now)
    await save_leads(connection, [Draft(lead, (change,))])
    await plan_work(connection, [Due(LEASE_ENDS, lead_id, until)])
    return change.after


async def release_lead(
    connection: AsyncConnection, identity: Identity, lead_id: UUID, reason: str | None, *, now: datetime
) -> Lead:
    """The lead, free again: held no more, or back in the queue the caller claimed it from, at its end.

    Needs a transaction. Refuses with `not_claimed` what the caller neither holds nor has claimed.
    """
    lead, member_id = await _waiting(connection, identity, lead_id)
    if lead.queue_id is not None and lead.leased_by == member_id:
        await cancel_work(connection, LEASE_ENDS, [lead_id])
        return await _save(connection, lead, lead.end_lease(now=now))
    last = await last_decision(connection, lead_id)
    if lead.owner_id != member_id or last is None or last.how != "claim" or last.queue_id is None:
        raise ClaimError("not_claimed", "The lead was not claimed by the caller.")
    said = reason or "given back by who had claimed it"
    change = lead.queue(last.queue_id, said, now=now)
    decision = Decision("queued", said, how="release", queue_id=last.queue_id)
    await note_decision(connection, lead, decision, change, by=identity.sub, now=now)
    await plan_alerts(connection, {lead_id: last.queue_id}, now)
    return change.after


async def end_leases(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """The time of those who held leads is over."""
    cases = await open_cases(connection, entries)
    for case in cases:
        until = case.lead.leased_until
        if until is not None and until <= now:
            case.add(case.lead.end_lease(now=now))
    await close_cases(connection, cases)


async def tell_overdue(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Leads that still wait where they were put are told of."""
    cases = await open_cases(connection, entries)
    for case in cases:
        if case.goes_on and str(case.lead.queue_id) == case.payload.get("queue_id"):
            case.add(case.lead.overdue_in_queue(now=now))
    await close_cases(connection, cases)


async def _waiting(connection: AsyncConnection, identity: Identity, lead_id: UUID) -> tuple[Lead, UUID]:
    """The locked lead and the caller's id. What the caller can know nothing of is not there; what was in a
    queue of the caller's until somebody claimed it is."""
    lead = await lock_lead(connection, lead_id)
    member_id = identity.member_id
    if lead is None or member_id is None:
        raise _not_there()
    if lead.owner_id == member_id:
        return lead, member_id
    queues = await claimable_queues(connection, identity)
    if lead.queue_id in queues:
        return lead, member_id
    last = await last_decision(connection, lead_id) if lead.queue_id is None else None
    if last is not None and last.how == "claim" and last.queue_id in queues:
        raise ClaimError("already_claimed", "Somebody else was faster.")
    raise _not_there()


async def _over_capacity(connection: AsyncConnection, member_id: UUID, now: datetime) -> str | None:
    """Why the member is not to get more."""
    load = (await loads_of(connection, [member_id], now)).get(member_id)
    barrier = load.load_barrier() if load is not None else None
    return None if barrier is None else barrier.why


async def _save(connection: AsyncConnection, lead: Lead, change: Change[Lead] | None) -> Lead:
    if change is None:
        return lead
    await save_leads(connection, [Draft(lead, (change,))])
    return change.after


def _not_there() -> ClaimError:
    return ClaimError("lead_not_found", "There is no such lead.")
