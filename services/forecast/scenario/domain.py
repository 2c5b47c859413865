"""Assumptions played through on the deals of a period. Pure arithmetic: without assumptions nothing changes.

Won deals stay won. An open deal counts in the period of its expected close with amount x probability.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from shared.reporting.figures import ratio

_ZERO, _ONE = Decimal(0), Decimal(1)
_COMMIT = ("commit", "closed")
_MOST_LIKELY = (*_COMMIT, "most_likely")
_BEST_CASE = (*_MOST_LIKELY, "best_case")


class Deal(NamedTuple):
    """An open deal, or one won in the period (`won`). A probability nobody knows adds nothing to weighted.
    A tuple, as there are hundreds of thousands of them."""

    id: UUID
    won: bool
    category: str
    amount: Decimal
    probability: Decimal | None
    expected_close: date | None
    account_id: UUID | None
    owner_id: UUID | None
    product_id: UUID | None
    territory_id: UUID | None

    @property
    def weighted(self) -> Decimal:
        """What it adds to the forecast."""
        return self.amount if self.won else self.amount * (self.probability or _ZERO)


@dataclass(frozen=True, slots=True)
class Reach:
    """Which deals an assumption is about; None does not narrow. Without any it is about leads as well."""

    owners: frozenset[UUID] | None = None
    products: frozenset[UUID] | None = None
    territories: frozenset[UUID] | None = None
    accounts: frozenset[UUID] | None = None

    def holds(self, deal: Deal) -> bool:
        """Whether the assumption is about the deal."""
        return (
            (self.owners is None or deal.owner_id in self.owners)
            and (self.products is None or deal.product_id in self.products)
            and (self.territories is None or deal.territory_id in self.territories)
            and (self.accounts is None or deal.account_id in self.accounts)
        )

    @property
    def is_everything(self) -> bool:
        return self == Reach()


@dataclass(frozen=True, slots=True)
class Effect:
    """What an assumption does to the open deals in its reach, and to leads that are still to come."""

    reach: Reach = Reach()
    value: Decimal = _ONE
    chance: Decimal = _ONE
    days: int = 0
    shift: tuple[str, str] | None = None
    demand: Decimal = _ONE

    def on(self, deal: Deal) -> Deal:
        """The deal as it would be; this very one when nothing changes. Won deals stay as they are, a chance
        stays at 1 at most."""
        if deal.won or not self.reach.holds(deal):
            return deal
        id_, won, category, amount, chance, close, account, owner, product, territory = deal
        if self.shift is not None and self.shift[0] == category:
            category = self.shift[1]
        if self.value != _ONE:
            amount = amount * self.value
        if chance is not None and self.chance != _ONE:
            chance = min(_ONE, chance * self.chance)
        if close is not None and self.days:
            close = close + timedelta(days=self.days)
        if (
            amount is deal.amount
            and chance is deal.probability
            and close is deal.expected_close
            and category is deal.category
        ):
            return deal
        return Deal(id_, won, category, amount, chance, close, account, owner, product, territory)

    def on_leads(self, leads: "Leads") -> "Leads":
        """Demand is about leads to come; value and chances reach them where they reach everything."""
        factor = self.value * self.chance if self.reach.is_everything else _ONE
        return Leads(leads.open * factor, leads.coming * factor * self.demand)


@dataclass(frozen=True, slots=True)
class Leads:
    """What open leads, and leads to come, bring in the period."""

    open: Decimal = _ZERO
    coming: Decimal = _ZERO

    @property
    def whole(self) -> Decimal:
        return self.open + self.coming


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last day of the period."""

    first: date
    last: date

    def counts(self, deal: Deal) -> bool:
        """Whether the deal is in the period's figures."""
        close = deal.expected_close
        return deal.won or (close is not None and self.first <= close <= self.last)


@dataclass(frozen=True, slots=True)
class Figures:
    """The period in numbers. `forecast` = closed + weighted open deals + leads."""

    closed: Decimal
    commit: Decimal
    most_likely: Decimal
    best_case: Decimal
    open_pipeline: Decimal
    leads: Decimal
    forecast: Decimal
    deals: int


def figures_of(deals: Iterable[Deal], span: Span, leads: Leads = Leads()) -> Figures:
    """The sums over the deals that count in the period; deals in omitted count in none."""
    inside = [deal for deal in deals if span.counts(deal) and deal.category != "omitted"]
    closed = _total(deal.amount for deal in inside if deal.won)
    still = [deal for deal in inside if not deal.won]

    def with_closed(categories: Sequence[str]) -> Decimal:
        return closed + _total(deal.amount for deal in still if deal.category in categories)

    return Figures(
        closed=closed,
        commit=with_closed(_COMMIT),
        most_likely=with_closed(_MOST_LIKELY),
        best_case=with_closed(_BEST_CASE),
        open_pipeline=_total(deal.amount for deal in still),
        leads=leads.whole,
        forecast=closed + _total(deal.weighted for deal in still) + leads.whole,
        deals=len(still),
    )


def played(deals: Iterable[Deal], effects: Sequence[Effect]) -> list[Deal]:
    """The deals after all effects, one after the other."""
    changed = list(deals)
    for effect in effects:
        changed = [effect.on(deal) for deal in changed]
    return changed


def moved(deals: Sequence[Deal], worth: Sequence[Decimal], effect: Effect, span: Span) -> Decimal:
    """By how much the effect alone moves what the deals add to the period's forecast."""
    return _total(
        _worth(after, span) - was
        for deal, was in zip(deals, worth, strict=True)
        if (after := effect.on(deal)) is not deal
    )


def leads_after(leads: Leads, effects: Iterable[Effect]) -> Leads:
    """What leads bring after all effects."""
    for effect in effects:
        leads = effect.on_leads(leads)
    return leads


class Hit(NamedTuple):
    """What a deal, or all deals of an account, add to the forecast before and after."""

    key: UUID
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        return self.after - self.before


def worths(deals: Iterable[Deal], span: Span) -> list[Decimal]:
    """What each deal adds to the period's forecast."""
    return [_worth(deal, span) for deal in deals]


def _worth(deal: Deal, span: Span) -> Decimal:
    return deal.weighted if deal.category != "omitted" and span.counts(deal) else _ZERO


def hits(keys: Sequence[UUID | None], before: Sequence[Decimal], after: Sequence[Decimal]) -> list[Hit]:
    """What is hit, the hardest first; what keeps its value is not there. Of each deal the key, and what it
    adds to the forecast before and after."""
    hit = {key for key, was, will in zip(keys, before, after, strict=True) if was != will} - {None}
    sums: dict[UUID, tuple[Decimal, Decimal]] = {}
    for key, was, will in zip(keys, before, after, strict=True):
        if key is not None and key in hit:
            earlier, later = sums.get(key, (_ZERO, _ZERO))
            sums[key] = (earlier + was, later + will)
    found = [Hit(key, was, will) for key, (was, will) in sums.items() if was != will]
    return sorted(found, key=lambda each: (-abs(each.difference), each.key))


def summed(keys: Iterable[UUID | None], worth: Iterable[Decimal]) -> dict[UUID | None, Decimal]:
    """What the deals of each key add to the period's forecast."""
    sums: dict[UUID | None, Decimal] = {}
    for key, each in zip(keys, worth, strict=True):
        sums[key] = sums.get(key, _ZERO) + each
    return sums


def concentration(
    accounts: Mapping[UUID | None, Decimal], sizes: Sequence[int] = (1, 5, 10)
) -> dict[int, Decimal | None]:
    """The share that the largest so many accounts have of all; None where there is nothing to share."""
    known = sorted((value for key, value in accounts.items() if key is not None), reverse=True)
    whole = _total(accounts.values())
    return {size: ratio(_total(known[:size]), whole) for size in sizes}


def largest(
    won: Mapping[UUID, Decimal], expected: Mapping[UUID | None, Decimal], count: int
) -> frozenset[UUID]:
    """The largest customers: by what was won from them, then by what they add to the forecast."""
    keys = won.keys() | {key for key in expected if key is not None}

    def size(key: UUID) -> tuple[Decimal, Decimal, str]:
        return -won.get(key, _ZERO), -expected.get(key, _ZERO), str(key)

    return frozenset(sorted(keys, key=size)[:count])


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, _ZERO)
