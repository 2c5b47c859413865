"""Chances moved by what became of those foretold before. Needs no numpy.

At each earlier month's start chances were foretold; what the rate of winning should have been multiplied by,
for as many wins as came, is known since. One number for all deals: levels drift, and few trials tell no more.
Of each start the longest span that has ended counts, since it holds the shorter ones: in proportion to its
months, less where few wins were to be expected and much of it is luck, and less the fewer closings the model
of then had learned from. `TRIALS` that call for nothing are added: a quarter's worth, since three starts
share each month.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from services.forecast.prediction.domain.blend import Came, Trial

CALIBRATION = "calibration"
TRIALS = 3.0
STRAY = 0.2
"""What the rate of winning strays by from span to span, beyond luck, as a logarithm."""
_QUARTER = 90


@dataclass(frozen=True, slots=True)
class Calibration:
    """`scale` multiplies the rate of winning of open deals.

    `wins`: those of each trial's first month, so that each counts once.
    """

    scale: float = 1.0
    trials: int = 0
    wins: int = 0

    @property
    def level(self) -> str:
        """In words."""
        return f"{self.trials} trial{'' if self.trials == 1 else 's'}"


def calibrated(trials: Iterable[Trial], day: int) -> Calibration:
    """From the trials that had ended by the day."""
    ended = sorted((each for each in trials if each.end <= day), key=lambda each: each.end)
    first, longest = ({each.start: each for each in some} for some in (ended[::-1], ended))
    came = [(each.end - each.start, each.came) for each in longest.values() if each.came is not None]
    most = max((each.closings for _, each in came), default=0)
    weights = [_weight(days, each, most) for days, each in came]
    moved = sum(weight * each.log_scale for weight, (_, each) in zip(weights, came, strict=True))
    return Calibration(
        scale=math.exp(moved / (TRIALS + sum(weights))),
        trials=sum(weight > 0 for weight in weights),
        wins=sum(each.won for trial in first.values() for each in trial.bins),
    )


def _weight(days: int, came: Came, most_closings: int) -> float:
    luck = came.precision / (came.precision + 1 / STRAY**2)
    return min(days / _QUARTER, 1.0) * luck * came.closings / max(most_closings, 1)
