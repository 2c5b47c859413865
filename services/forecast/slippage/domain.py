"""What becomes of the deals that were to close in a period."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal, get_args
from uuid import UUID

Fate = Literal["won", "lost", "slipped", "pending", "omitted", "transferred"]
"""`slipped`: dated after the period, won after it, or open with its day past. `pending`: still to come."""
FATES: tuple[Fate, ...] = get_args(Fate)
GroupBy = Literal["owner", "team", "product", "stage"]
GroupKey = UUID | str | None
USUAL_TIMES = 2
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Met:
    """Deals with one fate. `amount` is that of the period's start."""

    deals: int = 0
    amount: Decimal = _ZERO


@dataclass(frozen=True, slots=True)
class Slippage:
    """What was due at the period's start, by what became of it; by how many days those slipped that have a
    new day."""

    by_fate: Mapping[Fate, Met]
    average_days: Decimal | None = None
    median_days: Decimal | None = None

    def of(self, fate: Fate) -> Met:
        """Those with this fate."""
        return self.by_fate.get(fate, Met())

    @property
    def due(self) -> Met:
        """All that were to close."""
        met = self.by_fate.values()
        return Met(sum(each.deals for each in met), sum((each.amount for each in met), _ZERO))


@dataclass(frozen=True, slots=True)
class Pushes:
    """How often close dates of open deals were put off in the period, and by how many days together."""

    pushes: int = 0
    deals: int = 0
    days: int = 0
    often: int = 0


NO_SLIPPAGE = Slippage({})
NO_PUSHES = Pushes()


@dataclass(frozen=True, slots=True)
class Month:
    """The pushes made in one month."""

    month: date
    pushes: Pushes
