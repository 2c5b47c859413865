"""Leads get owners: those who are named, or whom routing chooses. One lead or a thousand, the same way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.domain import Lead
from services.leads.lead.use_cases.change_lead import lead_as_it_was
from services.leads.lead.use_cases.decide_leads import lock_leads, save_leads
from services.leads.member.use_cases.check_owners import Refused, refused_owners
from services.leads.queue.use_cases.plan_alerts import plan_alerts
from services.leads.record.domain import Change, Draft
from services.leads.record.use_cases.change_record import check_seen
from services.leads.routing.domain import Decision, RoutingError
from services.leads.routing.repository import go_to_the_end, take_turns, traces_beside
from services.leads.routing.schemas import AssignItem
from services.leads.routing.use_cases.count_loads import loads_of
from services.leads.routing.use_cases.open_router import open_routing
from services.leads.routing.use_cases.route_leads import queued_by, turns_of
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity

BY_HAND = "chosen by a member"


@dataclass(frozen=True, slots=True)
class Assigned:
    """What became of one lead. `change` is None for one that stays as it is, or was refused."""

    index: int
    lead_id: UUID
    lead: Lead | None = None
    decision: Decision | None = None
    change: Change[Lead] | None = None
    refusal: DomainError | None = None


async def assign_lead(
    connection: AsyncConnection,
    identity: Identity,
    item: AssignItem,
    *,
    seen_version: int | None,
    now: datetime,
) -> Lead:
    """The lead with its owner or in its queue. Needs a transaction.

    Refuses an owner whom the caller may not name, `at_capacity` one who has as much as may be unless a reason
    is given, and `no_eligible_owner` when routing finds nobody.
    """
    (result,) = await assign_leads(connection, identity, [item], seen_version=seen_version, now=now)
    if result.lead is None:
        raise result.refusal or RoutingError("lead_not_found", "There is no such lead.")
    return result.lead


async def assign_leads(
    connection: AsyncConnection,
    identity: Identity,
    items: Sequence[AssignItem],
    *,
    now: datetime,
    seen_version: int | None = None,
) -> list[Assigned]:
    """What became of each, in order. A handful of statements for all of them. Needs a transaction."""
    not_owners = await refused_owners(connection, identity, [item.owner_id for item in items])
    leads = await lock_leads(connection, identity, [item.lead_id for item in items])
    refused = _refusals(items, leads, not_owners)
    over = await _over_capacity(connection, items, leads, refused, now)
    refused |= {index: _at_capacity(why) for index, why in over.items() if not items[index].reason}
    good = {index: item for index, item in enumerate(items) if index not in refused}
    decided = _noted(await _decide(connection, identity, good, leads, now), over)
    results = [
        _result(index, leads[item.lead_id], decided[index], now)
        if index in decided
        else Assigned(index, item.lead_id, refusal=refused[index])
        for index, item in enumerate(items)
    ]
    if seen_version is not None:
        await _check_seen(connection, results, leads, seen_version)
    await _write(connection, identity, results, leads, now)
    return results


def _refusals(
    items: Sequence[AssignItem], leads: Mapping[UUID, Lead], not_owners: Refused
) -> dict[int, DomainError]:
    refused: dict[int, DomainError] = {}
    before: set[UUID] = set()
    for index, item in enumerate(items):
        if item.lead_id not in leads:
            refused[index] = RoutingError("lead_not_found", "There is no such lead.")
        elif item.owner_id in not_owners:
            refused[index] = not_owners[item.owner_id]
        elif item.lead_id in before:
            detail = "The lead is named before in this batch."
            error = FieldError("/lead_id", "repeated", detail)
            refused[index] = RoutingError("validation_failed", detail, [error])
        elif refusal := _not_workable(leads[item.lead_id]):
            refused[index] = refusal
        before.add(item.lead_id)
    return refused


async def _over_capacity(
    connection: AsyncConnection,
    items: Sequence[AssignItem],
    leads: Mapping[UUID, Lead],
    refused: Mapping[int, DomainError],
    now: datetime,
) -> dict[int, str]:
    """By index why the named owner has as much as it may have; counted across the batch."""
    named = {
        index: item.owner_id
        for index, item in enumerate(items)
        if item.owner_id is not None
        and index not in refused
        and leads[item.lead_id].owner_id != item.owner_id
    }
    loads = await loads_of(connection, set(named.values()), now)
    over: dict[int, str] = {}
    for index, owner_id in named.items():
        load = loads.get(owner_id)
        barrier = load.load_barrier() if load is not None else None
        if barrier is not None:
            over[index] = barrier.why
        if load is not None and (barrier is None or items[index].reason):
            load.take(0)
    return over


def _noted(decided: Mapping[int, Decision], over: Mapping[int, str]) -> dict[int, Decision]:
    """What the named owners had already is kept with the decisions."""
    return {
        index: replace(each, beside={**each.beside, "over_capacity": over[index]}) if index in over else each
        for index, each in decided.items()
    }


def _at_capacity(why: str) -> RoutingError:
    detail = f"The member is not to get more: {why}. Say in `reason` why it is to get this lead anyway."
    return RoutingError("at_capacity", detail)


def _not_workable(lead: Lead) -> DomainError | None:
    try:
        lead.check_workable()
    except DomainError as refusal:
        return refusal
    return None


async def _decide(
    connection: AsyncConnection,
    identity: Identity,
    items: Mapping[int, AssignItem],
    leads: Mapping[UUID, Lead],
    now: datetime,
) -> dict[int, Decision]:
    """By index. Those with a named owner take their turns first, and cost nothing else."""
    for_routing = [leads[item.lead_id] for item in items.values() if item.owner_id is None]
    if not for_routing:
        return {index: _by_hand(item, leads[item.lead_id], None) for index, item in items.items()}
    routing = await open_routing(connection, now=now, caller=identity)
    by_hand = {
        index: _by_hand(item, leads[item.lead_id], routing.router.turn_taken(item.owner_id))
        for index, item in items.items()
        if item.owner_id is not None
    }
    routed = await routing.route(connection, for_routing)
    return {
        index: by_hand[index] if index in by_hand else routed[item.lead_id] for index, item in items.items()
    }


def _by_hand(item: AssignItem, lead: Lead, turn: int | None) -> Decision:
    return Decision(
        "assigned",
        item.reason or BY_HAND,
        how="manual",
        member_id=item.owner_id,
        turn=turn,
        beside={"previous_owner_id": lead.owner_id},
    )


def _result(index: int, lead: Lead, decision: Decision, now: datetime) -> Assigned:
    if decision.found_nobody:
        counts = decision.tried[-1].get("counts", {}) if decision.tried else {}
        detail = "There is no eligible rep to assign the lead to."
        refusal = RoutingError("no_eligible_owner", detail, extra={"considered": counts})
        return Assigned(index, lead.id, refusal=refusal)
    change = decision.change(lead, now=now)
    return Assigned(index, lead.id, change.after if change else lead, decision, change)


async def _check_seen(
    connection: AsyncConnection, results: Sequence[Assigned], leads: Mapping[UUID, Lead], seen_version: int
) -> None:
    for result in results:
        if result.change is not None:
            as_it_was = lead_as_it_was(connection, result.lead_id)
            await check_seen(leads[result.lead_id], result.change, seen_version, as_it_was)


async def _write(
    connection: AsyncConnection,
    identity: Identity,
    results: Sequence[Assigned],
    leads: Mapping[UUID, Lead],
    now: datetime,
) -> None:
    """Leads, history, events and traces by one statement, the line by another."""
    changed = [(each.lead_id, each.change) for each in results if each.change is not None]
    decisions = [
        (each.lead_id, each.decision) for each in results if each.change is not None and each.decision
    ]
    drafts = [Draft(leads[lead_id], (change,)) for lead_id, change in changed]
    await save_leads(connection, drafts, traces_beside(decisions, by=identity.sub, now=now))
    turns = turns_of(decisions)
    await take_turns(connection, turns, now)
    owners = [decision.member_id for _, decision in decisions if decision.member_id is not None]
    await go_to_the_end(connection, [owner for owner in owners if owner not in turns], now)
    await plan_alerts(connection, queued_by(decisions), now)
