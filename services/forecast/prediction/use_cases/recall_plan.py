"""What was foretold of a period when it began: the run that was kept from then, as a plan to be held to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.prediction.domain.grid import Place, place_of, value_at
from services.forecast.prediction.queries import sums
from services.forecast.prediction.queries.runs import run_near
from services.forecast.prediction.queries.sums import Between
from services.forecast.prediction.use_cases.foretell_period import FRESH, scaled_by
from shared.contracts.periods import Period


@dataclass(frozen=True, slots=True)
class Plan:
    """A run, and how far its blend moves what the model says of the whole period. `start`: the ordinal of the
    period's first day. Between the days of its grid it goes in a straight line."""

    run_id: UUID
    as_of: datetime
    grid: tuple[int, ...]
    start: int
    scale: float

    def place(self, day: int) -> Place:
        """Where an ordinal lies on the grid: of what is won before that day."""
        return place_of(self.grid, day)

    def places_until(self, day: int) -> range:
        """The grid's days between which all days of the period until that one lie."""
        return range(self.place(self.start).index, self.place(day).index + 2)


@dataclass(frozen=True, slots=True)
class Curve:
    """Values at the days `plan.places_until` some day."""

    plan: Plan
    values: Sequence[float]

    def by(self, day: date) -> float:
        """Gained from the period's start until the end of the day."""
        return self._at(day.toordinal() + 1) - self._at(self.plan.start)

    def _at(self, day: int) -> float:
        place = self.plan.place(day)
        return value_at(self.values, Place(place.index - self.plan.place(self.plan.start).index, place.share))


async def recall_plan(
    connection: AsyncConnection, period: Period, *, currency: str, until: datetime
) -> Plan | None:
    """None where no run was kept from about the period's start, or it does not reach the period's end.

    One that was made later, of the past, is no plan: nobody could have held to it.
    """
    run = await run_near(connection, period.starts_at, FRESH, until=until)
    end = period.ends_on.toordinal() + 1
    if run is None or run.blend is None or run.currency != currency or end > run.grid[-1]:
        return None
    start = period.starts_on.toordinal()
    between = Between(place_of(run.grid, start), place_of(run.grid, end))
    model = await sums.model_says(connection, run, between)
    scale = scaled_by(run, run.blend, model, (start, end)).scale
    return Plan(run.id, run.as_of, run.grid, start, scale)
