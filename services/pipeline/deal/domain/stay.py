"""How long a deal was in each stage: exactly, in days and in the organisation's working days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.pipeline.deal.domain.passage import Outcome, Passage
from shared.working_time.domain import WorkingTime

StageKey = UUID | Outcome
"""A stage, or how the deal had ended meanwhile."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Lasted:
    """A time that passed; `business_days` are working days and parts of them, not rounded."""

    time: timedelta = timedelta()
    business_days: float = 0.0

    def __add__(self, other: "Lasted") -> "Lasted":
        """Both together."""
        return Lasted(self.time + other.time, self.business_days + other.business_days)

    @property
    def seconds(self) -> float:
        """Exact."""
        return self.time.total_seconds()

    @property
    def days(self) -> float:
        """Rounded to 4 decimals (9 seconds)."""
        return round(self.time / _DAY, 4)

    @property
    def working_days(self) -> float:
        """Rounded to 4 decimals."""
        return round(self.business_days, 4)


@dataclass(frozen=True, slots=True)
class Stay:
    """A passage and how long it lasted, or lasts until now."""

    passage: Passage
    lasted: Lasted

    @classmethod
    def of(cls, passage: Passage, working: WorkingTime, now: datetime) -> "Stay":
        """Up to now while the deal is there."""
        time = passage.lasted(now)
        days = working.days_between(passage.entered_at, passage.entered_at + time)
        return cls(passage, Lasted(time, days))

    @property
    def key(self) -> StageKey:
        """To what its time is added."""
        return self.passage.outcome or self.passage.stage_id


def together(stays: Iterable[Stay]) -> Lasted:
    """The sum of all stays: equals the age of the deal."""
    return sum((each.lasted for each in stays), Lasted())
