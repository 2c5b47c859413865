"""The board in one query: how many leads stand in each step, and the newest of each."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.domain import OPEN
from services.leads.lead.queries import LEADS, shown
from services.leads.nurture.queries import going_through
from services.leads.preparation_board.domain import STEPS, Step

_L = LEADS.table.c
_NUMBER = case(
    (_L.qualified_at.is_not(None), STEPS.index("qualified")),
    (_L.first_contact_at.is_not(None), STEPS.index("worked")),
    (and_(_L.owner_id.is_not(None), _L.expected_amount.is_not(None)), STEPS.index("targeted")),
    (_L.owner_id.is_not(None), STEPS.index("distributed")),
    (going_through(_L.id), STEPS.index("nurtured")),
    (or_(_L.category.is_not(None), _L.segment.is_not(None)), STEPS.index("segmented")),
    else_=STEPS.index("obtained"),
)


class Column(NamedTuple):
    """A step with the newest of its leads; `oldest`: when the oldest came in."""

    step: Step
    leads: int
    oldest: datetime | None
    cards: list[Any]


async def columns(
    connection: AsyncConnection, where: Sequence[ColumnElement[bool]], *, cards: int
) -> list[Column]:
    """One for each step, in order, also those where no lead stands."""
    number = _NUMBER.label("number")
    placed = select(_L.id, _L.created_at, number).where(_L.status.in_(OPEN), _L.archived_at.is_(None), *where)
    each = placed.subquery("placed").c
    newest = (each.created_at.desc(), each.id.desc())
    ranked = select(
        each.id,
        each.number,
        func.count().over(partition_by=each.number).label("leads"),
        func.min(each.created_at).over(partition_by=each.number).label("oldest"),
        func.row_number().over(partition_by=each.number, order_by=newest).label("place"),
    ).subquery("ranked")
    rank = ranked.c
    query: Select[Any] = (
        select(*LEADS.columns or (), rank.number, rank.leads, rank.oldest)
        .join_from(ranked, LEADS.table, _L.id == rank.id)
        .where(rank.place <= cards)
        .order_by(rank.number, rank.place)
        .limit(len(STEPS) * cards)
    )
    found = [Column(step, 0, None, []) for step in STEPS]
    for row in await connection.execute(query):
        before = found[row.number]
        found[row.number] = Column(before.step, row.leads, row.oldest, [*before.cards, shown(row)])
    return found
