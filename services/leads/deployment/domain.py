"""Whether somebody has too much, too little or the right amount."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from shared.reporting.figures import ratio

Use = Literal["over", "under", "within", "unknown"]


@dataclass(frozen=True, slots=True)
class Limits:
    """Shares of the capacity: above `over` is too much, below `under` too little."""

    under: Decimal = Decimal("0.5")
    over: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Workload:
    """Open leads against the most there may be; `capacity` None is no limit, or not known."""

    open_leads: int
    capacity: int | None

    @property
    def share(self) -> Decimal | None:
        """Open leads / capacity; None without a capacity."""
        return ratio(self.open_leads, self.capacity or 0)

    def use(self, limits: Limits) -> Use:
        """By the limits; who may have none and has some has too much."""
        if self.capacity is None:
            return "unknown"
        if self.capacity == 0:
            return "over" if self.open_leads else "within"
        share = Decimal(self.open_leads) / self.capacity
        if share > limits.over:
            return "over"
        return "under" if share < limits.under else "within"
