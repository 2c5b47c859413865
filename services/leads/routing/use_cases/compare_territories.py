"""What a draft of the territories would change; nothing is written."""

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.use_cases.look_at_leads import leads_since
from services.leads.routing.use_cases.open_router import open_routing
from services.leads.territory.schemas import Move, Simulated
from services.leads.territory.use_cases.read_atlas import check_version
from shared.contracts.identity import Identity

MOST = 1000
_NAMED = 20


async def compare_territories(
    connection: AsyncConnection, identity: Identity, number: int, *, days: int, now: datetime
) -> Simulated:
    """The leads of the last days, routed anew by this version in the order they came up."""
    await check_version(connection, number)
    leads = await leads_since(connection, identity, now - timedelta(days=days), most=MOST)
    routing = await open_routing(connection, now=now, alone=False, territory_version=number)
    decisions = await routing.route(connection, leads)
    moves: dict[tuple[UUID | None, ...], list[UUID]] = defaultdict(list)
    for lead in leads:
        decision = decisions[lead.id]
        before = (lead.territory_id, lead.owner_id)
        if before != (decision.territory_id, decision.member_id):
            key = (lead.territory_id, decision.territory_id, lead.owner_id, decision.member_id)
            moves[key].append(lead.id)
    return Simulated(
        territory_version=number,
        looked_at=len(leads),
        moved=sum(map(len, moves.values())),
        moves=[_move(key, ids) for key, ids in sorted(moves.items(), key=lambda each: -len(each[1]))],
    )


def _move(key: tuple[UUID | None, ...], ids: list[UUID]) -> Move:
    here, there, before, after = key
    return Move(
        from_territory_id=here,
        to_territory_id=there,
        from_owner_id=before,
        to_owner_id=after,
        leads=len(ids),
        lead_ids=ids[:_NAMED],
    )
