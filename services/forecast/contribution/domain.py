"""Which deals a figure is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal
from uuid import UUID

from services.forecast.outlook.domain import (
    BUCKETS,
    COLUMNS,
    FIGURES,
    OPEN_BUCKETS,
    Bucket,
    Filter,
    GroupBy,
    Rollup,
)
from services.forecast.rollup.domain import Price
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity
from shared.contracts.periods import Calendar
from shared.reporting.asked import Question

AnyFigure = Literal[
    "closed",
    "commit",
    "most_likely",
    "best_case",
    "open_pipeline",
    "weighted",
    "unweighted_deals",
    "deals_without_amount",
    "undated_deals",
]
NOBODY = "none"
"""The group of the deals that have none: of nobody, of no team, product, territory, source."""
Key = UUID | str | date | None
_OTHERS: Mapping[str, tuple[Bucket, ...]] = {
    "weighted": BUCKETS,
    "unweighted_deals": OPEN_BUCKETS,
    "deals_without_amount": BUCKETS,
    "undated_deals": OPEN_BUCKETS,
}


class ContributionError(DomainError):
    """Why there is no list of deals."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A figure of a forecast. With `group_by` that of the group `group` alone."""

    question: Question
    chosen: Filter
    by: Identity
    price: Price
    rollup: Rollup
    figure: AnyFigure
    group_by: GroupBy | None = None
    group: Key = None

    @property
    def buckets(self) -> tuple[Bucket, ...]:
        """The categories of deals in it."""
        found = (
            next((COLUMNS[self.rollup][each] for each in FIGURES if each == self.figure), None)
            or _OTHERS[self.figure]
        )
        if self.group_by == "category":
            return tuple(each for each in found if each == self.group)
        return found

    @property
    def is_amount(self) -> bool:
        """Whether it is a sum of money; else deals are counted."""
        return self.figure not in ("unweighted_deals", "deals_without_amount", "undated_deals")


def group_of(group_by: GroupBy | None, group: str | None, calendar: Calendar) -> Key:
    """The group as its deals have it. Refuses what no group is called with `invalid_parameter`."""
    if group_by is None:
        if group is not None:
            raise _refused("Without `group_by` there are no groups.")
        return None
    if group is None:
        raise _refused("With `group_by`, `group` names one of the groups; `none` those of none of them.")
    if group == NOBODY:
        return None
    try:
        if group_by in ("month", "week"):
            return calendar.period(group, now=datetime(2027, 1, 1, tzinfo=UTC)).starts_on
        if group_by == "category":
            return {str(each): each for each in BUCKETS}[group]
        return group if group_by in ("source", "product_family") else UUID(group)
    except (ValueError, KeyError, DomainError):
        raise _refused(f"There is no group {group} by {group_by}.") from None


def _refused(detail: str) -> ContributionError:
    return ContributionError(
        "invalid_parameter", detail, [FieldError("/query/group", "unknown_value", detail)]
    )
