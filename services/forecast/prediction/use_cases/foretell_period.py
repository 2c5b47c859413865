"""What a period brings: won so far, from open deals, from new business, and between which bounds."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.prediction.domain.blend import Blend
from services.forecast.prediction.domain.chosen import Part
from services.forecast.prediction.domain.grid import place_of
from services.forecast.prediction.domain.outcome import NOTHING, Moments, Outcome, Scaled, outcome, scaled
from services.forecast.prediction.domain.run import State
from services.forecast.prediction.queries import sums
from services.forecast.prediction.queries.runs import KeptRun, run_for
from services.forecast.prediction.queries.sums import Between
from shared.contracts.periods import Period
from shared.reporting.asked import Question

FRESH = timedelta(hours=36)
"""A run tells of an instant so long after it."""
Key = UUID | None
Won = tuple[Period, Mapping[Key, Decimal]]
"""What was won in a period, by group, or under None."""
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
    return (await foretell_periods(connection, question, [(question.period, won)], part, today=today))[0]


async def foretell_periods(
    connection: AsyncConnection,
    question: Question,
    periods: Sequence[Won],
    part: Part,
    *,
    today: int,
) -> list[Foretold]:
    """The same of several periods, each with what was won in it, by as many statements as of one."""
    ahead = [each for each in periods if _end(each[0]) > today]
    if not ahead:
        return [_over(won, part) for _, won in periods]
    instant = min((each for each in (question.as_of, question.known_at) if each), default=None)
    run = await run_for(connection, instant, known_then=question.known_at is not None)
    none = lacking(run, instant)
    within = [] if run is None or none else [each for each in ahead if _end(each[0]) <= run.grid[-1]]
    said = [] if run is None else await _foretell(connection, question, run, within, part, today=today)
    told = {period.name: each for (period, _), each in zip(within, said, strict=True)}

    def foretold(period: Period, won: Mapping[Key, Decimal]) -> Foretold:
        if _end(period) <= today:
            return _over(won, part)
        missing = none or (() if run is None else _too_far(run, _end(period)))
        return told.get(period.name) or Foretold("insufficient_history", missing, run, None, None, None, {})

    return [foretold(period, won) for period, won in periods]


async def _foretell(
    connection: AsyncConnection,
    question: Question,
    run: KeptRun,
    periods: Sequence[Won],
    part: Part,
    *,
    today: int,
) -> list[Foretold]:
    """Of periods that the run reaches."""
    blend = run.blend
    if not periods or blend is None:
        return []
    spans = [(max(period.starts_on.toordinal(), today), _end(period)) for period, _ in periods]
    between = [Between(place_of(run.grid, start), place_of(run.grid, end)) for start, end in spans]
    all_of = await sums.expected(connection, run, between, part, question)
    found = []
    for number, (_, won) in enumerate(periods):
        said = scaled_by(run, blend, all_of.model[number], spans[number])
        expected = _Expected(won, all_of.found[number], all_of.gone[number], said.scale)
        keys = {key for key, _ in all_of.found[number]} | won.keys()
        cut = part.cut_by
        spread = math.hypot(said.spread, blend.stray(cut)) if cut else said.spread
        of_group = math.hypot(said.spread, blend.stray([*cut, part.group_by] if part.group_by else cut))
        groups = set() if part.group_by is None else keys
        found.append(
            Foretold(
                state="ok",
                missing=(),
                run=run,
                span=spans[number],
                scaled=said,
                whole=expected.of(keys, spread),
                groups={key: expected.of([key], of_group) for key in groups},
            )
        )
    return found


def scaled_by(run: KeptRun, blend: Blend, model_says: float, span: tuple[int, int]) -> Scaled:
    """What the run's blend makes of the model's figure for the span."""
    return scaled(
        blend,
        model_says,
        span,
        first_won_on=run.first_won_on,
        won_by_day=run.won_by_day,
        day=run.grid[0],
    )


def _end(period: Period) -> int:
    return period.ends_on.toordinal() + 1


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
