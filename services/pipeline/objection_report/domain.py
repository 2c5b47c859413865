"""How many objections were raised, how many of them resolved, and how long that took."""

from dataclasses import dataclass
from decimal import Decimal

from shared.reporting.figures import TEN_THOUSANDTH, ratio

_SECONDS_A_DAY = Decimal(86400)


@dataclass(frozen=True, slots=True)
class Raised:
    """`median_seconds`: from raising to resolving, of those resolved."""

    raised: int = 0
    resolved: int = 0
    median_seconds: float | None = None

    @property
    def resolution_rate(self) -> Decimal | None:
        """Resolved / raised."""
        return ratio(self.resolved, self.raised)

    @property
    def median_days(self) -> Decimal | None:
        """The median in days, to a ten-thousandth (9 seconds)."""
        if self.median_seconds is None:
            return None
        return (Decimal(str(self.median_seconds)) / _SECONDS_A_DAY).quantize(TEN_THOUSANDTH)
