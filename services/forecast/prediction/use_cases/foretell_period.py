"""What a period brings: won so far, from open deals, from new business, and between which bounds."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.prediction.domain.chosen import Part
from services.forecast.prediction.domain.grid import place_of
from services.forecast.prediction.domain.outcome import NOTHING, Moments, Outcome, Scaled, outcome, scaled
from services.forecast.prediction.domain.run import State
from services.forecast.prediction.queries import sums
from services.forecast.prediction.queries.runs import KeptRun, run_for
from services.forecast.prediction.queries.sums import Between
from shared.reporting.asked import Question

FRESH = timedelta(hours=36)
"""A run tells of an instant so long after it."""
Key = UUID | None
_NO_RUN = {"what": "run", "needed": 1, "present": 0}


@dataclass(frozen=True, slots=True)
class Foretold:
    """`outcomes` by group, the whole under `whole`; None with `missing` where there is too little to say.

    `span`: what is still to come of the period, as ordinals, the end excluded; None when it is over.
    """

    state: State
    missing: tuple[Mapping[str, Any], ...]
    run: KeptRun | None
    span: tuple[int, int] | None
    scaled: Scaled | None
    whole: Outcome | None
    groups: Mapping[Key, Outcome]


@dataclass(frozen=True, slots=True)
class _Expected:
    """By group: what was won, what the run expects of open deals and of new ones, what is no longer open."""

    won: Mapping[Key, Decimal]
    found: Mapping[tuple[Key, str], Moments]
    gone: Mapping[Key, Moments]
    scale: float

    def of(self, keys: Collection[Key], spread: float) -> Outcome:
        """Of these groups together."""
        found, gone = self.found, self.gone
        opened = sum((found.get((key, "open"), NOTHING) - gone.get(key, NOTHING) for key in keys), NOTHING)
        coming = sum((found.get((key, "coming"), NOTHING) for key in keys), NOTHING)
        won = float(sum((self.won.get(key, Decimal(0)) for key in keys), Decimal(0)))
        return outcome(won, opened, coming, scale=self.scale, spread=spread)


async def foretell_period(
    connection: AsyncConnection,
    question: Question,
    part: Part,
    *,
    won: Mapping[Key, Decimal],
    today: int,
) -> Foretold:
    """`won`: what was won in the period, by group, or under None; `today`: the day of the question.

    A period that is over is known: its range has no width.
    """
    end = question.period.ends_on.toordinal() + 1
    if end <= today:
        return _over(won, part)
    instant = min((each for each in (question.as_of, question.known_at) if each), default=None)
    run = await run_for(connection, instant)
    missing = lacking(run, instant) or (() if run is None else _too_far(run, end))
    if run is None or run.blend is None or missing:
        return Foretold("insufficient_history", missing, run, None, None, None, {})
    start = max(question.period.starts_on.toordinal(), today)
    between = Between(place_of(run.grid, start), place_of(run.grid, end))
    said = scaled(
        run.blend,
        await sums.model_says(connection, run, between),
        (start, end),
        first_won_on=run.first_won_on,
        won_by_day=run.won_by_day,
        day=run.grid[0],
    )
    found = await sums.moments(connection, run, between, part)
    gone = await sums.no_longer_open(connection, run, between, part, question)
    expected = _Expected(won, found, gone, said.scale)
    keys = {key for key, _ in found} | won.keys()
    blend = run.blend
    return Foretold(
        state="ok",
        missing=(),
        run=run,
        span=(start, end),
        scaled=said,
        whole=expected.of(keys, blend.spread if part.is_everything else blend.spread_of_part),
        groups={}
        if part.group_by is None
        else {key: expected.of([key], blend.spread_of_part) for key in keys},
    )


def lacking(run: KeptRun | None, instant: datetime | None) -> tuple[Mapping[str, Any], ...]:
    """What keeps the run from answering; of the past only a run of about then tells."""
    if run is None or (instant is not None and instant - run.as_of > FRESH):
        return (_NO_RUN,)
    return () if run.blend is not None else tuple(run.missing)


def _too_far(run: KeptRun, end: int) -> tuple[Mapping[str, Any], ...]:
    day, last = run.grid[0], run.grid[-1]
    return ({"what": "days_ahead", "needed": end - day, "present": last - day},) if end > last else ()


def _over(won: Mapping[Key, Decimal], part: Part) -> Foretold:
    known = {key: _known(float(amount)) for key, amount in won.items()}
    whole = _known(float(sum(won.values(), Decimal(0))))
    return Foretold("ok", (), None, None, None, whole, {} if part.group_by is None else known)


def _known(amount: float) -> Outcome:
    return Outcome(amount, 0.0, 0.0, amount, amount, amount, amount, 0, 0.0)
