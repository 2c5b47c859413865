"""The figures of decided deals. With too few of them a figure says so, and nothing else."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from shared.contracts.money import CENT
from shared.reporting.figures import ratio

ENOUGH = 5
"""With fewer deals a rate or a quantile is chance."""
State = Literal["ok", "insufficient_history"]


@dataclass(frozen=True, slots=True)
class Decided:
    """Deals that closed in a period; amounts in base currency, of the deals that have one."""

    won: int = 0
    lost: int = 0
    won_value: Decimal = Decimal(0)
    lost_value: Decimal = Decimal(0)
    won_valued: int = 0
    lost_valued: int = 0

    @property
    def count(self) -> int:
        """All of them."""
        return self.won + self.lost

    @property
    def state(self) -> State:
        """Whether a rate can be told."""
        return state_of(self.count)

    @property
    def win_rate(self) -> Decimal | None:
        """Won / decided; None with too few."""
        return ratio(self.won, self.count) if self.count >= ENOUGH else None

    @property
    def win_rate_by_value(self) -> Decimal | None:
        """Won amount / decided amount; None with too few that have an amount."""
        if self.won_valued + self.lost_valued < ENOUGH:
            return None
        return ratio(self.won_value, self.won_value + self.lost_value)

    @property
    def average_value(self) -> Decimal | None:
        """Won amount / won deals that have one; None with too few."""
        return ratio(self.won_value, self.won_valued, CENT) if self.won_valued >= ENOUGH else None


@dataclass(frozen=True, slots=True)
class Cycle:
    """How many days deals took; None with too few."""

    deals: int = 0
    mean: Decimal | None = None
    p25: Decimal | None = None
    median: Decimal | None = None
    p75: Decimal | None = None
    p90: Decimal | None = None

    @property
    def state(self) -> State:
        """Whether it can be told."""
        return state_of(self.deals)


@dataclass(frozen=True, slots=True)
class Velocity:
    """What the open deals bring a day, if they end as those of the period did."""

    open_deals: int
    decided: Decided
    cycle: Cycle

    @property
    def per_day(self) -> Decimal | None:
        """open deals x win rate x average value / cycle days; None while one of them cannot be told."""
        rate, value, days = self.decided.win_rate, self.decided.average_value, self.cycle.mean
        if rate is None or value is None or not days:
            return None
        return ratio(self.open_deals * rate * value, days, CENT)

    @property
    def state(self) -> State:
        """Whether it can be told."""
        return "insufficient_history" if self.per_day is None else "ok"


def state_of(deals: int) -> State:
    """Whether so many deals say anything."""
    return "ok" if deals >= ENOUGH else "insufficient_history"
