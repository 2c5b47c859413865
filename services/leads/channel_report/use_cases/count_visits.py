"""Visits are counted elsewhere and told here, once or often."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.channel_report import repository
from services.leads.channel_report.repository import Key, key_of
from services.leads.channel_report.schemas import VisitCount

Became = Literal["created", "updated", "unchanged"]


async def count_visits(
    connection: AsyncConnection, counts: Sequence[VisitCount], *, now: datetime
) -> list[Became]:
    """What became of each, in order: a count replaces the one of the same day, channel and source. Two
    statements. Needs a transaction."""
    if not counts:
        return []
    kept = await repository.known(connection, counts)
    changed: dict[Key, int] = {}
    became: list[Became] = []
    for each in counts:
        key = key_of(each)
        became.append(_became(kept.get(key), each.visits))
        if kept.get(key) != each.visits:
            kept[key] = changed[key] = each.visits
    if changed:
        await repository.keep(connection, changed, now)
    return became


def _became(before: int | None, visits: int) -> Became:
    if before is None:
        return "created"
    return "unchanged" if before == visits else "updated"
