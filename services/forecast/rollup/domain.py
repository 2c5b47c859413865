"""By what cells are told apart, and which of them a question can be answered from."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

Dimension = Literal["owner_id", "product_id", "territory_id"]
DIMENSIONS: tuple[Dimension, ...] = ("owner_id", "product_id", "territory_id")
CUTS: dict[str, frozenset[Dimension]] = {
    "product": frozenset({"product_id"}),
    "territory": frozenset({"territory_id"}),
    "owner": frozenset({"owner_id"}),
    "owner_product": frozenset({"owner_id", "product_id"}),
    "owner_territory": frozenset({"owner_id", "territory_id"}),
}
"""Each deal is in one cell of each of these, by month; the coarsest first."""

REMAKE = "rollup.remake"
"""The agenda's kind: deals are counted anew, a part at a time."""
CELLS = UUID("0192a000-0000-7000-8000-000000000001")
"""The only subject of REMAKE."""
PART = 2_000
"""So many deals are counted anew at once."""


def cut_for(needed: Collection[str]) -> str | None:
    """The coarsest cut that tells apart all that is asked for; None when no cut does."""
    return next((name for name, has in CUTS.items() if has.issuperset(needed)), None)


@dataclass(frozen=True, slots=True)
class Covered:
    """A span of days as whole months, by their first days, and the days left over at its edges."""

    months: tuple[date, ...]
    edges: tuple[tuple[date, date], ...]


def covered(first: date, last: date) -> Covered:
    """How cells by month cover the days from `first` to `last`, both included."""
    begin = first if first.day == 1 else _next_month(first)
    months: list[date] = []
    while (after := _next_month(begin)) <= last + timedelta(days=1):
        months.append(begin)
        begin = after
    if not months:
        return Covered((), ((first, last),))
    edges = [(first, months[0] - timedelta(days=1)), (begin, last)]
    return Covered(tuple(months), tuple(edge for edge in edges if edge[0] <= edge[1]))


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


RatesOf = Literal["dated", "current"]


@dataclass(frozen=True, slots=True)
class Price:
    """Amounts in `currency`; `base` is the organisation's. `today` is the organisation's day.

    Dated: the amount in base currency, as it was fixed at the deal's own day, at the rate of the day it
    closed or is to close on, of today at most. Current: the deal's own amount at the rates of today. A deal
    whose own amount is in `currency` is worth just that.
    """

    currency: str
    base: str
    rates: RatesOf
    today: date

    @property
    def is_plain(self) -> bool:
        """Whether amounts in base currency are taken as they are."""
        return self.currency == self.base and self.rates == "dated"
