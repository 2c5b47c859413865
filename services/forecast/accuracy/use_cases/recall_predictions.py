"""What the prediction would have said of spans of the past, from the trials that runs have kept."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.accuracy.domain import Look
from services.forecast.prediction.domain.blend import Part, Trial
from services.forecast.prediction.domain.hindsight import Said, said_of
from services.forecast.prediction.queries.trials import KeptTrial, kept_trials


async def recall_predictions(connection: AsyncConnection, *, currency: str) -> list[Said]:
    """The earliest first. Reckoned in a thread: of many parts it takes a while."""
    kept = await kept_trials(connection)
    trials = [_trial(each) for each in reversed(kept) if each.currency == currency]
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


def _trial(kept: KeptTrial) -> Trial:
    return Trial(
        start=_day(kept.first),
        end=_day(kept.last + timedelta(days=1)),
        true=kept.true,
        foretold=kept.foretold,
        variance=kept.variance,
        parts=tuple(Part(**each) for each in kept.parts),
        bins=tuple(kept.bins),
    )


def _day(day: date) -> int:
    return day.toordinal()
