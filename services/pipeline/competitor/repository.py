"""Competitors and their spellings to and from their tables."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    FromClause,
    Text,
    column,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.competitor.domain import Competitor
from services.pipeline.competitor.spelling import spelt
from services.pipeline.competitor.tables import competitor, competitor_spelling
from services.pipeline.records import Rows
from shared.contracts.errors import DomainError

COMPETITORS = Rows(competitor, Competitor, "competitor")
COMPETITOR_ROWS: FromClause = competitor
"""For the reads of other capabilities: id, name, merged_into."""
SPELLINGS: FromClause = competitor_spelling
"""For the reads of other capabilities: spelling, as `spelt` makes it, and competitor_id."""
_C, _S = competitor.c, competitor_spelling.c


async def hold_two(
    connection: AsyncConnection, one_id: UUID, other_id: UUID
) -> tuple[Competitor, Competitor]:
    """Both, unchanged by others until the transaction ends. Refuses with `competitor_not_found`."""
    query = select(competitor).where(_C.id.in_([one_id, other_id])).order_by(_C.id).with_for_update()
    rows = (await connection.execute(query)).mappings()
    found = {row["id"]: COMPETITORS.read(row) for row in rows}
    if one_id not in found or other_id not in found:
        raise COMPETITORS.missing()
    return found[one_id], found[other_id]


async def set_spellings(connection: AsyncConnection, competitor_id: UUID, names: Iterable[str]) -> None:
    """These stand for the competitor and no others. Refuses with `spelling_taken` another's."""
    await connection.execute(delete(competitor_spelling).where(_S.competitor_id == competitor_id))
    given = (
        func.unnest(literal(list(names), ARRAY(Text)))
        .table_valued(column("name", Text), name="given")
        .render_derived()
    )
    spelling = spelt(given.c.name).label("spelling")
    wanted = select(spelling).distinct().subquery()
    taken = await connection.execute(
        select(_S.spelling, _S.competitor_id).join(wanted, wanted.c.spelling == _S.spelling)
    )
    for name, other_id in taken:
        detail = f"{name!r} is a spelling of another competitor; merge the two."
        raise DomainError("spelling_taken", detail, extra={"competitor_id": other_id})
    new = select(wanted.c.spelling, literal(competitor_id, _S.competitor_id.type))
    await connection.execute(insert(competitor_spelling).from_select(["spelling", "competitor_id"], new))


async def hand_over(connection: AsyncConnection, loser_id: UUID, winner_id: UUID) -> None:
    """What was part of the loser, or spelt as it, is the winner's."""
    for column_, table in ((_C.merged_into, competitor), (_S.competitor_id, competitor_spelling)):
        await connection.execute(update(table).where(column_ == loser_id).values({column_.name: winner_id}))
