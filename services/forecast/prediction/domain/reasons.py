"""A deal's chance in words: which of its factors raise it and which lower it. Needs no numpy."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.forecast.prediction.domain.calibration import CALIBRATION

LIMIT = 5


@dataclass(frozen=True, slots=True)
class Reason:
    """`effect` multiplies the chance; `closings`: what it was learned from."""

    factor: str
    level: str
    closings: int
    effect: float

    @property
    def text(self) -> str:
        """Such as `stage Proposal: x1.60, from 430 closings`, or `how often chances here came true: x0.87,
        from 6 trials`."""
        if self.factor == CALIBRATION:
            return f"how often chances here came true: x{self.effect:.2f}, from {self.level}"
        return (
            f"{self.factor.replace('_', ' ')} {self.level}: x{self.effect:.2f}, from {self.closings} closings"
        )


def reasons_of(
    names: Sequence[str],
    levels: Sequence[int],
    log_effects: Sequence[float],
    behind: Mapping[str, Sequence[tuple[str, int]]],
    *,
    limit: int = LIMIT,
) -> tuple[Reason, ...]:
    """Those that weigh most first, the `limit` drops the lightest; last, what became of earlier chances."""
    found = [
        Reason(name, *behind[name][level], effect=math.exp(log_effect))
        for name, level, log_effect in zip(names, levels, log_effects, strict=True)
    ]
    found.sort(key=lambda each: -abs(math.log(each.effect)))
    of_the_deal = [each for each in found if each.factor != CALIBRATION]
    return (*of_the_deal[:limit], *(each for each in found if each.factor == CALIBRATION))
