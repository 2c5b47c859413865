"""Open deals by how near they are to closing, and what leads bring after them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from decimal import Decimal
from uuid import UUID

from services.forecast.source_yield.domain import Expectation, Fractions, Source
from shared.reporting.figures import Meanings

_ZERO = Decimal(0)
DEFINITIONS: Meanings = {
    "closed": ("Amount of the deals won in the period.", None),
    "near_closings": ("Open deals in commit or most likely that are expected to close in the period.", None),
    "development": ("Open deals in best case or pipeline that are expected to close in the period.", None),
    "later": ("Open deals expected to close after the period.", None),
    "overdue": ("Open deals that were expected to close before the period.", None),
    "undated": ("Open deals without an expected close.", None),
    "leads_to_come": (
        "What open leads and leads still to come bring in the period, see `GET /v1/forecast/sources`; "
        "null with insufficient history. By owner and territory of the lead, and by the product it asks for.",
        None,
    ),
    "open_deals": ("Open deals in near closings, development, later, overdue and undated.", None),
    "deals_without_amount": ("Open deals among these without an amount: they add nothing.", None),
    "wape": ("Sum over past periods of |amount of the method - actual|", "Sum of what was won in them"),
    "bias": ("Sum over past periods of amount of the method - actual", "Sum of what was won in them"),
    "omitted": ("Deals in the category omitted are in no figure.", None),
}


@dataclass(frozen=True, slots=True)
class Open:
    """Amounts in base currency; `deals` counts the open ones, `without_amount` those of them without one."""

    closed: Decimal = _ZERO
    commit: Decimal = _ZERO
    most_likely: Decimal = _ZERO
    development: Decimal = _ZERO
    later: Decimal = _ZERO
    overdue: Decimal = _ZERO
    undated: Decimal = _ZERO
    weighted: Decimal = _ZERO
    deals: int = 0
    without_amount: int = 0

    def __add__(self, other: "Open") -> "Open":
        return Open(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    @property
    def near_closings(self) -> Decimal:
        return self.commit + self.most_likely


SUMS = tuple(field.name for field in fields(Open))


@dataclass(frozen=True, slots=True)
class GroupLeads:
    """Leads of one group, source and month: how many are open, and how many came in whole months lately."""

    key: UUID | None
    source: Source
    born: int
    still_open: int
    recent: int


def leads_by_group(
    groups: Iterable[GroupLeads], by_source: Mapping[Source, Expectation], fractions: Fractions
) -> dict[UUID | None, Decimal]:
    """What leads bring in the period, by group: the parts add up to what they bring by source."""
    found: dict[UUID | None, Decimal] = defaultdict(lambda: _ZERO)
    every = list(groups)
    lately: dict[Source, int] = defaultdict(int)
    for each in every:
        lately[each.source] += each.recent
    coming = {source: brings.of_arrivals(fractions) for source, brings in by_source.items()}
    chances: dict[tuple[Source, int], float] = {}
    for each in every:
        brings = by_source.get(each.source)
        if brings is None:
            continue
        at = (each.source, each.born)
        if at not in chances:
            chances[at] = brings.of_open(each.born, fractions)
        share = each.recent / lately[each.source] if lately[each.source] else 0.0
        wins = each.still_open * chances[at] + share * brings.own.arrivals * coming[each.source]
        found[each.key] += Decimal(str(wins)) * brings.average_deal
    return dict(found)
