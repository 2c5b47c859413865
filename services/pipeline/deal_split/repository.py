"""Splits to and from their table."""

from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_split.domain import Split, SplitKind, Splits
from services.pipeline.deal_split.tables import deal_split
from shared.persistence.bulk import insert_rows

_S = deal_split.c


async def splits_of(connection: AsyncConnection, deal_id: UUID) -> Splits:
    """The splits of a deal, the largest first."""
    query = (
        select(_S.kind, _S.member_id, _S.percent)
        .where(_S.deal_id == deal_id)
        .order_by(_S.percent.desc(), _S.member_id)
        .limit(1000)
    )
    found: dict[SplitKind, list[Split]] = {"revenue": [], "overlay": []}
    for kind, member_id, percent in await connection.execute(query):
        found[kind].append(Split(member_id, percent))
    return Splits(tuple(found["revenue"]), tuple(found["overlay"]))


async def replace_splits(connection: AsyncConnection, deal_id: UUID, splits: Splits) -> None:
    """These are the splits of the deal from now on."""
    await connection.execute(delete(deal_split).where(_S.deal_id == deal_id))
    rows = [
        {"deal_id": deal_id, "kind": kind, "member_id": each.member_id, "percent": each.percent}
        for kind, some in (("revenue", splits.revenue), ("overlay", splits.overlay))
        for each in some
    ]
    if rows:
        await connection.execute(insert_rows(deal_split, rows))


async def holds_split(connection: AsyncConnection, deal_id: UUID, member_id: UUID) -> bool:
    """Whether the member has a share of the deal."""
    held = exists().where(_S.deal_id == deal_id, _S.member_id == member_id)
    return bool(await connection.scalar(select(held)))
