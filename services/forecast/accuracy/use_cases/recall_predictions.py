"""What the prediction would have said of spans of the past, from the trials that runs have kept."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.accuracy.domain import Look
from services.forecast.prediction.domain.hindsight import Said, said_of
from services.forecast.prediction.queries.trials import kept_trials


async def recall_predictions(connection: AsyncConnection, *, currency: str) -> list[Said]:
    """The earliest first. Reckoned in a thread: of many parts it takes a while."""
    kept = await kept_trials(connection)
    trials = [each.trial for each in reversed(kept) if each.currency == currency]
    return await asyncio.to_thread(lambda: list(said_of(trials)))


def said_at(looks: Iterable[Look], said: Sequence[Said]) -> dict[int, Decimal]:
    """By look at the beginning of a period, where just that period was walked."""
    by_span = {(each.trial.start, each.trial.end): each for each in said}
    found: dict[int, Decimal] = {}
    for look in looks:
        there = by_span.get((_day(look.period.starts_on), _day(look.period.ends_on) + 1))
        if there is not None and look.horizon == "start":
            found[look.index] = Decimal(str(round(there.mean, 2)))
    return found


def _day(day: date) -> int:
    return day.toordinal()
