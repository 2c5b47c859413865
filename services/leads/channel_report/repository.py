"""Counts of visits to and from their table."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.channel_report.schemas import VisitCount
from services.leads.channel_report.tables import visit_count
from shared.contracts.periods import Period
from shared.persistence.bulk import insert_rows, recordset

Key = tuple[date, str, str]
_count = visit_count.c


def key_of(count: VisitCount) -> Key:
    """What a count is kept by: counting the same again replaces it."""
    return count.day, count.channel, count.source


async def known(connection: AsyncConnection, counts: Sequence[VisitCount]) -> dict[Key, int]:
    """What is kept of these days, channels and sources."""
    rows = [{"day": each.day, "channel": each.channel, "source": each.source} for each in counts]
    given = recordset(visit_count, rows)
    found = await connection.execute(
        select(_count.day, _count.channel, _count.source, _count.visits).join(
            given,
            (given.c.day == _count.day)
            & (given.c.channel == _count.channel)
            & (given.c.source == _count.source),
        )
    )
    return {(row.day, row.channel, row.source): row.visits for row in found}


async def keep(connection: AsyncConnection, counts: Mapping[Key, int], now: datetime) -> None:
    """Write these counts, in one order, so that nobody waits for each other in a circle."""
    rows = [
        {"day": day, "channel": channel, "source": source, "visits": visits, "counted_at": now}
        for (day, channel, source), visits in sorted(counts.items())
    ]
    new = insert_rows(visit_count, rows)
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=["day", "channel", "source"],
            set_={name: new.excluded[name] for name in ("visits", "counted_at")},
        )
    )


async def visits_by_channel(connection: AsyncConnection, period: Period) -> dict[str, int]:
    """All visits of the period's days; by the primary key."""
    rows = await connection.execute(
        select(_count.channel, func.sum(_count.visits))
        .where(_count.day >= period.starts_on, _count.day <= period.ends_on)
        .group_by(_count.channel)
    )
    return {channel: int(visits) for channel, visits in rows}
