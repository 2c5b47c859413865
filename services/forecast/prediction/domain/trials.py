"""Trials in the past are walked once and kept, unless that past is told anew. Needs no numpy."""

from dataclasses import dataclass

from services.forecast.prediction.domain.blend import Trial

TOLD_LATE = 0.02
ORIGINS = 12
"""From so many months' starts the past is walked."""


@dataclass(frozen=True, slots=True)
class Walked:
    """A trial, and how many closings before its end were known: when that changes the past was told anew."""

    trial: Trial
    closings: int

    def still_holds(self, closings: int) -> bool:
        """What is told late of a few deals leaves it as it was; one kept before all was kept that is now
        is walked anew."""
        if self.trial.came is None or self.trial.wins is None:
            return False
        return abs(closings - self.closings) <= TOLD_LATE * max(self.closings, 1)
