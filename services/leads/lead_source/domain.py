"""How effective a way is by which leads come in."""

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from uuid import UUID

_RATIO = Decimal("0.0001")
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Way:
    """Leads that name one of the sources or campaigns, in whatever case, and came up from `starts_at` until
    before `ends_at`. `id`: of what is measured by it."""

    id: UUID
    sources: tuple[str, ...]
    campaigns: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Yield:
    """What the leads of a period became; `won_revenue` is of the deals won from them, in base currency."""

    received: int = 0
    qualified: int = 0
    converted: int = 0
    won: int = 0
    won_revenue: Decimal = Decimal(0)

    @property
    def conversion(self) -> Decimal | None:
        """Converted / received; None without leads."""
        return _divided(self.converted, self.received, _RATIO)

    @property
    def win_rate(self) -> Decimal | None:
        """Won / received; None without leads."""
        return _divided(self.won, self.received, _RATIO)

    @property
    def yield_per_lead(self) -> Decimal | None:
        """Won revenue / received; None without leads."""
        return _divided(self.won_revenue, self.received, _CENT)


def share_of(part: Decimal | int, planned: Decimal | int) -> Decimal | None:
    """Part / planned; None when nothing was planned."""
    return _divided(part, planned, _RATIO)


def return_on(gain: Decimal, cost: Decimal) -> Decimal | None:
    """(gain - cost) / cost; None without cost."""
    return _divided(gain - cost, cost, _RATIO)


def cost_of_each(cost: Decimal, count: int) -> Decimal | None:
    """Cost / count; None without any."""
    return _divided(cost, count, _CENT)


def cents(amount: Decimal) -> Decimal:
    """Rounded once, half-even, after adding."""
    return Decimal(amount).quantize(_CENT, ROUND_HALF_EVEN)


def _divided(above: Decimal | int, below: Decimal | int, digits: Decimal) -> Decimal | None:
    return (Decimal(above) / below).quantize(digits, ROUND_HALF_EVEN) if below else None
