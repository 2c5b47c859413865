"""What was known at past forecasts: kept of periods that are over, else added up now."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.accuracy import queries
from services.forecast.accuracy.domain import HORIZONS, Look


async def recall_figures(
    connection: AsyncConnection, looks: Sequence[Look], which: queries.Deals, *, now: datetime
) -> dict[tuple[int, queries.Key], queries.Foretold]:
    """By look and group. A few looks at a time are added up, so that no statement takes long."""
    found: dict[tuple[int, queries.Key], queries.Foretold] = {}
    kept: set[int] = set()
    if queries.cut_of(which) is not None:
        kept = await queries.kept_looks(connection, looks, which.currency)
        found |= await queries.kept_figures(connection, [each for each in looks if each.index in kept], which)
    others = [each for each in looks if each.index not in kept]
    for first in range(0, len(others), len(HORIZONS)):
        found |= await queries.foretold(connection, others[first : first + len(HORIZONS)], which, now=now)
    return found
