"""How effective a way is by which leads come in."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from shared.contracts.money import CENT, apportioned
from shared.reporting.figures import TEN_THOUSANDTH, ratio

K = TypeVar("K", bound=Hashable)


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
    """What the leads of a period became, in parts of leads where several ways share one: `opened` those with
    a deal, `won_revenue` of the deals won from them, in base currency."""

    received: Decimal = Decimal(0)
    qualified: Decimal = Decimal(0)
    converted: Decimal = Decimal(0)
    opened: Decimal = Decimal(0)
    won: Decimal = Decimal(0)
    won_revenue: Decimal = Decimal(0)

    @property
    def conversion(self) -> Decimal | None:
        """Converted / received; None without leads."""
        return ratio(self.converted, self.received)

    @property
    def win_rate(self) -> Decimal | None:
        """Won / received; None without leads."""
        return ratio(self.won, self.received)

    @property
    def yield_per_lead(self) -> Decimal | None:
        """Won revenue / received; None without leads."""
        return ratio(self.won_revenue, self.received, CENT)

    def rounded(self) -> "Yield":
        """By itself: leads to a ten-thousandth, revenue to the cent."""
        return Yield(*(getattr(self, name).quantize(_STEPS[name]) for name in _FIGURES))

    def __add__(self, other: "Yield") -> "Yield":
        return Yield(*(getattr(self, name) + getattr(other, name) for name in _FIGURES))


_FIGURES = tuple(each.name for each in fields(Yield))
_STEPS = {name: CENT if name == "won_revenue" else TEN_THOUSANDTH for name in _FIGURES}


def whole_of(parts: Iterable[Yield]) -> Yield:
    """All together: whole leads, and revenue in cents."""
    added = sum(parts, Yield())
    steps = (Decimal(1) if name != "won_revenue" else CENT for name in _FIGURES)
    return Yield(*(getattr(added, name).quantize(step) for name, step in zip(_FIGURES, steps, strict=True)))


def shown_parts(parts: Mapping[K, Yield], whole: Yield) -> dict[K, Yield]:
    """The parts as they are shown, leads to a ten-thousandth and revenue to the cent, adding up to the whole
    exactly."""
    columns: dict[str, dict[K, Decimal]] = {}
    for name in _FIGURES:
        exact = {key: getattr(part, name) for key, part in parts.items()}
        columns[name] = apportioned(exact, getattr(whole, name), _STEPS[name])
    return {key: Yield(*(columns[name][key] for name in _FIGURES)) for key in parts}


def share_of(part: Decimal | int, planned: Decimal | int) -> Decimal | None:
    """Part / planned; None when nothing was planned."""
    return ratio(part, planned)


def return_on(gain: Decimal, cost: Decimal) -> Decimal | None:
    """(gain - cost) / cost; None without cost."""
    return ratio(gain - cost, cost)


def cost_of_each(cost: Decimal, count: Decimal | int) -> Decimal | None:
    """Cost / count; None without any."""
    return ratio(cost, count, CENT)
