"""Won deals of a period by day and by what they are split by: two queries."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Date, Text, and_, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.closed_business.domain import Won
from services.pipeline.deal_report.queries import Sample
from services.pipeline.deal_report.schemas import GroupBy
from services.pipeline.deal_split.queries import SPLITS
from services.pipeline.tables import ORGANISATION
from shared.contracts.periods import Period

_S = SPLITS.c
Found = dict[tuple[str | None, date], Won]


async def won_by_day(
    connection: AsyncConnection, sample: Sample, period: Period, group_by: GroupBy | None, time_zone: str
) -> Found:
    """By key and local day of the closing. Credited is by the owner's side of the splits: the share of each
    member under that member, or that member's team; by anything else it is the value itself."""
    deal = sample.deal.c
    day = cast(func.timezone(time_zone, deal.closed_at), Date).label("day")
    won = and_(deal.status == "won", deal.closed_at >= period.starts_at, deal.closed_at < period.ends_at)
    counted = sample.select(
        *(sample.key.label("key"), day, func.count()),
        func.coalesce(func.sum(sample.value), Decimal()),
        func.count().filter(sample.value.is_(None)),
    )
    found: defaultdict[tuple[str | None, date], Won] = defaultdict(Won)
    by_person = group_by in ("owner", "team")
    for key, on, deals, value, without in await connection.execute(counted.where(won).group_by("key", "day")):
        found[key, on] += Won(deals, value, Decimal() if by_person else value, without)
    if by_person:
        shares = _shares(sample, won, day, group_by).group_by("key", "day")
        for key, on, credited in await connection.execute(shares):
            found[key, on] += Won(credited=credited)
    return dict(found)


def _shares(
    sample: Sample, won: ColumnElement[bool], day: ColumnElement[date], group_by: GroupBy | None
) -> Any:
    """Each won deal goes to those it is split among, whole to its owner where it is not."""
    deal = sample.deal.c
    split = and_(_S.deal_id == deal.id, _S.kind == "revenue")
    credited_to = func.coalesce(_S.member_id, deal.owner_id)
    share = func.coalesce(_S.percent, 100) / 100
    table = sample.table.outerjoin(SPLITS, split)
    key: ColumnElement[Any] = credited_to
    if group_by == "team":
        credited = ORGANISATION.member.alias("credited")
        table = table.outerjoin(credited, credited.c.id == credited_to)
        key = credited.c.team_id
    return (
        select(cast(key, Text).label("key"), day, func.coalesce(func.sum(sample.value * share), Decimal()))
        .select_from(table)
        .where(*sample.conditions, won)
    )
