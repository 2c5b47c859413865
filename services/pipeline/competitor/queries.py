"""The list of competitors, and the spellings in deals that no competitor has."""

from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.competitor.schemas import CompetitorOut
from services.pipeline.competitor.spelling import spelt
from services.pipeline.competitor.tables import competitor, competitor_spelling
from services.pipeline.deal.rows import DEALS
from shared.web.listing import Field, Listing

_C, _D = competitor.c, DEALS.c
LISTING = Listing(
    name="competitors",
    table=competitor,
    fields={
        "id": Field(_C.id, "uuid"),
        "name": Field(_C.name, "text", sortable=True),
        "active": Field(_C.active, "bool"),
        "merged_into": Field(_C.merged_into, "uuid"),
        "created_at": Field(_C.created_at, "datetime", sortable=True),
        "updated_at": Field(_C.updated_at, "datetime", sortable=True),
    },
    default_sort="name",
    text=(_C.name,),
    columns=tuple(_C[name] for name in CompetitorOut.model_fields),
    item_fields=tuple(CompetitorOut.model_fields),
)


async def unmatched(
    connection: AsyncConnection, readable: ColumnElement[bool], *, most: int = 200
) -> list[dict[str, Any]]:
    """The spellings in these deals that no competitor has, the most frequent first."""
    told = (
        select(spelt(_D.competitor).label("spelling")).where(_D.competitor.is_not(None), readable).subquery()
    )
    spelling, deals = told.c.spelling, func.count().label("deals")
    known = exists().where(competitor_spelling.c.spelling == spelling)
    query = (
        select(spelling, deals).where(~known).group_by(spelling).order_by(deals.desc(), spelling).limit(most)
    )
    return [dict(row) for row in (await connection.execute(query)).mappings()]
