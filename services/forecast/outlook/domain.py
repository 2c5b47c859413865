"""The arithmetic of a forecast: sums by category become the roll-up, the weighted figure and the gap.

Everything here is linear in the deals, so the figures of groups add up to the figures of the whole.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from decimal import ROUND_HALF_EVEN, Decimal
from functools import reduce
from typing import Literal
from uuid import UUID

from services.forecast.target.domain import Aim
from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity

Rollup = Literal["cumulative", "single"]
Bucket = Literal["closed", "commit", "most_likely", "best_case", "pipeline"]
GroupBy = Literal[
    "owner",
    "team",
    "product",
    "product_family",
    "territory",
    "pipeline",
    "stage",
    "source",
    "category",
    "month",
    "week",
]
Figure = Literal["closed", "commit", "most_likely", "best_case", "open_pipeline"]

SERIES: tuple[GroupBy, ...] = ("month", "week")
"""Groups by these follow each other in time."""
NAMED: tuple[GroupBy, ...] = ("team", "product", "territory", "stage")
"""Groups by these have a name beside their id."""
BUCKETS: tuple[Bucket, ...] = ("closed", "commit", "most_likely", "best_case", "pipeline")
OPEN_BUCKETS: tuple[Bucket, ...] = ("commit", "most_likely", "best_case", "pipeline")
FIGURES: tuple[Figure, ...] = ("closed", "commit", "most_likely", "best_case", "open_pipeline")
COLUMNS: Mapping[Rollup, Mapping[Figure, tuple[Bucket, ...]]] = {
    "cumulative": {
        "closed": ("closed",),
        "commit": ("commit", "closed"),
        "most_likely": ("most_likely", "commit", "closed"),
        "best_case": ("best_case", "most_likely", "commit", "closed"),
        "open_pipeline": OPEN_BUCKETS,
    },
    "single": {
        "closed": ("closed",),
        "commit": ("commit",),
        "most_likely": ("most_likely",),
        "best_case": ("best_case",),
        "open_pipeline": ("pipeline",),
    },
}
_CENT = Decimal("0.01")
_RATIO = Decimal("0.0001")
_ZERO = Decimal(0)


class OutlookError(DomainError):
    """Why there is no forecast."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which deals: each that is given must hold. `team_id` means the team and every team below it, and so
    does `territory_id`."""

    team_id: UUID | None = None
    owner_id: UUID | None = None
    product_id: UUID | None = None
    territory_id: UUID | None = None
    product_family: str | None = None
    pipeline_id: UUID | None = None
    stage_id: UUID | None = None
    source: str | None = None

    def given(self) -> frozenset[str]:
        """The names of those that are given."""
        return frozenset(each.name for each in fields(self) if getattr(self, each.name) is not None)


@dataclass(frozen=True, slots=True)
class Sum:
    """Deals of one bucket. `weighted`: the sum of amount times probability, where both are known."""

    deals: int = 0
    amount: Decimal = _ZERO
    weighted: Decimal = _ZERO
    without_probability: int = 0
    without_amount: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(
            self.deals + other.deals,
            self.amount + other.amount,
            self.weighted + other.weighted,
            self.without_probability + other.without_probability,
            self.without_amount + other.without_amount,
        )


NOTHING = Sum()


@dataclass(frozen=True, slots=True)
class Sums:
    """The deals of a period by bucket, and the open deals nobody has dated."""

    by_bucket: Mapping[Bucket, Sum] = field(default_factory=dict)
    undated: int = 0

    def __getitem__(self, bucket: Bucket) -> Sum:
        return self.by_bucket.get(bucket, NOTHING)

    def __add__(self, other: "Sums") -> "Sums":
        return Sums({b: self[b] + other[b] for b in BUCKETS}, self.undated + other.undated)

    @classmethod
    def of_all(cls, parts: Collection["Sums"]) -> "Sums":
        """All of them together: quicker than adding them one by one."""
        by_bucket: dict[Bucket, list[Sum]] = {}
        for part in parts:
            for bucket, each in part.by_bucket.items():
                by_bucket.setdefault(bucket, []).append(each)
        whole = {
            bucket: Sum(
                sum(each.deals for each in found),
                sum((each.amount for each in found), _ZERO),
                sum((each.weighted for each in found), _ZERO),
                sum(each.without_probability for each in found),
                sum(each.without_amount for each in found),
            )
            for bucket, found in by_bucket.items()
        }
        return cls(whole, sum(part.undated for part in parts))

    def over(self, buckets: Iterable[Bucket]) -> Sum:
        """The sum over these buckets."""
        found = [self.by_bucket[bucket] for bucket in buckets if bucket in self.by_bucket]
        return reduce(Sum.__add__, found) if found else NOTHING


@dataclass(frozen=True, slots=True)
class Outlook:
    """The figures of one scope, in base currency. None where nothing was planned or a divisor is 0."""

    amounts: Mapping[Figure, Decimal]
    deals: Mapping[Figure, int]
    weighted: Decimal
    unweighted_deals: int
    deals_without_amount: int
    undated_deals: int
    target: Decimal | None
    gap_to_target: Decimal | None
    attainment: Decimal | None
    coverage: Decimal | None
    needed_per_working_day: Decimal | None


def outlook_of(
    sums: Sums, *, rollup: Rollup, target: Decimal | None = None, working_days_left: int = 0
) -> Outlook:
    """The figures. Definitions are in `definitions.py`; the columns are those of COLUMNS."""
    columns = {figure: sums.over(COLUMNS[rollup][figure]) for figure in FIGURES}
    opened = sums.over(OPEN_BUCKETS)
    closed = sums["closed"].amount
    gap = None if target is None else target - closed
    missing = gap if gap is not None and gap > 0 else None
    return Outlook(
        amounts={figure: cents(each.amount) for figure, each in columns.items()},
        deals={figure: each.deals for figure, each in columns.items()},
        weighted=cents(closed + opened.weighted),
        unweighted_deals=opened.without_probability,
        deals_without_amount=sum(each.without_amount for each in sums.by_bucket.values()),
        undated_deals=sums.undated,
        target=None if target is None else cents(target),
        gap_to_target=None if gap is None else cents(gap),
        attainment=None if target is None else ratio(closed, target),
        coverage=None if missing is None else ratio(opened.amount, missing),
        needed_per_working_day=_pace(gap, working_days_left),
    )


def ratio(numerator: Decimal | int, denominator: Decimal | int) -> Decimal | None:
    """To four decimals, half-even; None when there is nothing to divide by."""
    if denominator == 0:
        return None
    return (Decimal(numerator) / Decimal(denominator)).quantize(_RATIO, ROUND_HALF_EVEN)


def cents(amount: Decimal) -> Decimal:
    """Rounded once, half-even, after adding."""
    return amount.quantize(_CENT, ROUND_HALF_EVEN)


def _pace(gap: Decimal | None, days: int) -> Decimal | None:
    """What each working day left must bring; nothing is needed once the target is reached."""
    if gap is None:
        return None
    if gap <= 0:
        return cents(_ZERO)
    return cents(gap / days) if days else None


def aim_of_whole(chosen: Filter, identity: Identity) -> Aim | None:
    """Whose target the figures are to be held against; None when no target covers just those deals."""
    given = chosen.given()
    if len(given) > 1 or not given <= {"team_id", "owner_id", "product_id", "territory_id"}:
        return None
    if identity.scope == "all" or (identity.scope == "subtree" and chosen.owner_id is not None):
        return Aim(chosen.team_id, chosen.owner_id, chosen.product_id, chosen.territory_id)
    if identity.scope == "own":
        mine = not given or chosen.owner_id == identity.member_id
        return Aim(owner_id=identity.member_id) if mine else None
    team_id = chosen.team_id if given else identity.team_id
    return Aim(team_id=team_id) if team_id is not None and team_id in identity.team_ids else None


def groups_have_targets(group_by: GroupBy, chosen: Filter, identity: Identity) -> bool:
    """Whether each group holds all the deals its own target is about."""
    given = chosen.given()
    if group_by == "owner":
        return given <= {"owner_id", "team_id"}
    if group_by == "team":
        return given <= {"team_id"} and identity.scope != "own"
    if group_by == "territory":
        return given <= {"territory_id"} and identity.scope == "all"
    return group_by == "product" and given <= {"product_id"} and identity.scope == "all"
