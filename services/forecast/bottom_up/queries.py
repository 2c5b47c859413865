"""What each individual decided in earlier spans, and who sells."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.bottom_up.domain import Decided
from services.forecast.deal_sample.queries import Sample, within
from services.forecast.deal_sample.schemas import Cut
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.organisation.queries import subtree_of
from shared.organisation.scope import owner_scope
from shared.organisation.tables import Structure


async def decided_by_owner(
    connection: AsyncConnection, sample: Sample, spans: Sequence[Period]
) -> dict[int, dict[UUID | None, Decided]]:
    """By the place of the span, from 1 on, and by owner: one statement over the deals decided in them."""
    deal, value = sample.deal.c, sample.value
    number = case(
        *(
            (within(deal.closed_at, span.starts_at, span.ends_at), place)
            for place, span in enumerate(spans, start=1)
        )
    )
    columns: list[ColumnElement[Any]] = []
    for status in ("won", "lost"):
        mine = deal.status == status
        valued = and_(mine, value > 0)
        columns += [func.count().filter(mine), func.count().filter(valued)]
        columns.append(func.coalesce(func.sum(value).filter(valued), 0))
    query = sample.select(number.label("span"), deal.owner_id.label("owner"), *columns).where(
        deal.status.in_(("won", "lost")),
        within(deal.closed_at, min(s.starts_at for s in spans), max(s.ends_at for s in spans)),
    )
    book: dict[int, dict[UUID | None, Decided]] = {}
    for row in await connection.execute(query.group_by("span", "owner")):
        book.setdefault(row.span, {})[row.owner] = Decided(*row[2:])
    return book


async def sellers(
    connection: AsyncConnection, caller: Identity, cut: Cut, structure: Structure
) -> dict[UUID, UUID | None]:
    """The active members of the role rep whom the caller sees, each with the team."""
    member = structure.member.c
    conditions = [member.role == "rep", member.active, owner_scope(structure, caller, member.id)]
    if cut.owner_id is not None:
        conditions.append(member.id == cut.owner_id)
    if cut.team_id is not None:
        conditions.append(member.team_id.in_(subtree_of(structure, cut.team_id)))
    query = select(member.id, member.team_id).where(*conditions).limit(100_000)
    return {row[0]: row[1] for row in await connection.execute(query)}


async def team_names(connection: AsyncConnection, structure: Structure) -> dict[UUID | None, str]:
    """Of all teams."""
    team = structure.team.c
    return {row[0]: row[1] for row in await connection.execute(select(team.id, team.name).limit(100_000))}
