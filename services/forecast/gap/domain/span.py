"""The days of a period that are over, and what of a plan is due by each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from shared.contracts.periods import Period
from shared.working_time.domain import WorkingTime

_ZERO = Decimal(0)
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Day:
    """Forecast and actual by the end of a day. A day that is not over adds nothing to the forecast yet."""

    day: date
    forecast: Decimal | None
    actual: Decimal
    complete: bool

    @property
    def gap(self) -> Decimal | None:
        """Forecast less actual."""
        return None if self.forecast is None else self.forecast - self.actual


@dataclass(frozen=True, slots=True)
class Span:
    """A period up to now. `through`: the last of its days that is over, None on its first."""

    period: Period
    through: date | None
    today: date

    @property
    def days(self) -> list[date]:
        """Its days up to today."""
        last = min(self.today, self.period.ends_on)
        return [
            self.period.starts_on + timedelta(days=each)
            for each in range((last - self.period.starts_on).days + 1)
        ]


def span_of(period: Period, today: date) -> Span:
    """The period as of today."""
    yesterday = min(today - timedelta(days=1), period.ends_on)
    return Span(period, yesterday if yesterday >= period.starts_on else None, today)


@dataclass(frozen=True, slots=True)
class Line:
    """By which day of the period which share of its target is due: as its working days go by."""

    working: WorkingTime
    period: Period
    amount: Decimal
    _days: Mapping[date, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        passed, by_day = 0, {}
        for offset in range((self.period.ends_on - self.period.starts_on).days + 1):
            day = self.period.starts_on + timedelta(days=offset)
            passed += self.working.works_on(day)
            by_day[day] = passed
        object.__setattr__(self, "_days", by_day)

    def share(self, through: date | None) -> Decimal:
        """Of the period's working days so many are over. Without a working day all is due on its last day."""
        if through is None:
            return _ZERO
        days, passed = self._days[self.period.ends_on], self._days[through]
        return Decimal(passed) / days if days else Decimal(through == self.period.ends_on)

    def due(self, through: date | None) -> Decimal:
        """In cents."""
        return (self.amount * self.share(through)).quantize(_CENT)


def spread(whole: Decimal, gained: Mapping[date, float]) -> dict[date, Decimal]:
    """The amount over days by what was gained until each, so that the last day holds all of it."""
    last = max(gained.values(), default=0.0)
    return {
        day: (whole * Decimal(each / last)).quantize(_CENT) if last else whole for day, each in gained.items()
    }
