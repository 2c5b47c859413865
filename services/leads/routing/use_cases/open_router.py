"""Everything routing goes by, as it stands now: a handful of queries for any number of leads."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.use_cases.count_open_leads import count_open_leads
from services.leads.queue.use_cases.find_default import find_default
from services.leads.routing import queries, repository
from services.leads.routing.candidate import Candidate
from services.leads.routing.router import Router
from services.leads.seller.desk import Desk
from services.leads.seller.use_cases.load_desks import load_desks
from shared.contracts.identity import Identity


async def open_router(
    connection: AsyncConnection, *, now: datetime, alone: bool = True, caller: Identity | None = None
) -> Router:
    """`alone`: nobody else routes until the transaction ends. `caller`: whose reach limits the candidates."""
    if alone:
        await repository.wait_for_mine(connection)
    candidates = await _candidates(connection, now)
    within = caller is not None and caller.scope == "subtree"
    return Router(
        candidates,
        default_queue_id=await find_default(connection),
        reach=frozenset(caller.team_ids) if caller is not None and within else None,
    )


async def _candidates(connection: AsyncConnection, now: datetime) -> list[Candidate]:
    members = await queries.members_in_line(connection)
    desks = await load_desks(connection, [member["id"] for member in members], now)
    candidates = [_candidate(member, desks[member["id"]]) for member in members]
    await _count(connection, candidates, {member: desk.today_began for member, desk in desks.items()})
    return candidates


def _candidate(member: RowMapping, desk: Desk) -> Candidate:
    return Candidate(
        member["id"],
        desk.seller,
        team_id=member["team_id"],
        is_rep=member["role"] == "rep",
        active=member["active"],
        away_until=desk.away_until,
        at_work=desk.at_work,
        turn=member["turn"],
    )


async def _count(
    connection: AsyncConnection, candidates: Collection[Candidate], today: dict[UUID, datetime]
) -> None:
    """Only those who have a limit are counted."""
    capped = [each for each in candidates if each.active and each.seller.capacity is not None]
    open_leads = await count_open_leads(connection, [each.member_id for each in capped])
    for each in capped:
        each.open_leads = open_leads.get(each.member_id, 0)
    limited = [each for each in candidates if each.active and each.seller.daily_limit is not None]
    got = await queries.assigned_since(
        connection, {each.member_id: today[each.member_id] for each in limited}
    )
    for each in limited:
        each.today = got.get(each.member_id, 0)
