"""How much members have, and whether that is as much as they may have."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.use_cases.count_open_leads import count_open_leads
from services.leads.routing import queries, repository
from services.leads.routing.candidate import Candidate
from services.leads.seller.use_cases.load_desks import load_desks


async def loads_of(
    connection: AsyncConnection, members: Collection[UUID], now: datetime
) -> dict[UUID, Candidate]:
    """Those of the members that may have only so much, with what they have. When there are any, nobody else
    gives out leads until the transaction ends."""
    desks = await load_desks(connection, members, now) if members else {}
    limited = {
        member: Candidate(member, desk.seller)
        for member, desk in desks.items()
        if desk.seller.capacity is not None or desk.seller.daily_limit is not None
    }
    if limited:
        await repository.wait_for_mine(connection)
        began = {member: desks[member].today_began for member in limited}
        await count_loads(connection, limited.values(), began)
    return limited


async def count_loads(
    connection: AsyncConnection, candidates: Collection[Candidate], today: Mapping[UUID, datetime]
) -> None:
    """Only those who have a limit are counted. `today`: since when what they got counts for their day."""
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
