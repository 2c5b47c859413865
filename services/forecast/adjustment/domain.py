"""An adjustment: the amount that stands instead of a calculated figure of a node in a period.

There is one for each period, node, roll-up, figure and side; every state it was in is kept.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from services.forecast.node.domain import NODE_FIELDS, Node, Side
from services.forecast.outlook.domain import Figure, Rollup
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.forecast_adjustment import (
    AdjustmentSet,
    AdjustmentState,
    AdjustmentWithdrawn,
)
from shared.contracts.money import Money
from shared.contracts.periods import Period

Fact = TypeVar("Fact", bound=AdjustmentState)


class AdjustmentError(DomainError):
    """Why a figure was not adjusted."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which figure it stands instead of. The period is kept with its days: another calendar does not move
    it."""

    period: Period
    node: Node
    rollup: Rollup
    figure: Figure
    side: Side


@dataclass(frozen=True, slots=True)
class Judgement:
    """`base_amount`: in the organisation's currency at the rate of the day; `replaced`: the figure it took
    the place of, as it stood then, in base currency."""

    amount: Money
    base_amount: Money
    replaced: Decimal
    note: str | None
    author_id: UUID | None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """`withdrawn`: the calculated figure stands again; it may be set anew."""

    id: UUID
    place: Place
    judgement: Judgement
    version: int
    created_at: datetime
    updated_at: datetime
    withdrawn: bool = False

    def amended(self, judgement: Judgement, *, now: datetime) -> tuple["Adjustment", AdjustmentSet]:
        """With another amount or note; one that was withdrawn stands again."""
        after = replace(self, judgement=judgement, version=self.version + 1, updated_at=now, withdrawn=False)
        return after, _fact(AdjustmentSet, after, ("amount",))

    def taken_back(self, *, by: UUID | None, now: datetime) -> tuple["Adjustment", AdjustmentWithdrawn]:
        """Withdrawn: what lies below counts again."""
        judgement = replace(self.judgement, author_id=by)
        after = replace(self, judgement=judgement, withdrawn=True, version=self.version + 1, updated_at=now)
        return after, _fact(AdjustmentWithdrawn, after, ("withdrawn",))

    def says(self, judgement: Judgement) -> bool:
        """Whether it stands and says just this already."""
        mine = self.judgement
        same = (mine.amount, mine.note) == (judgement.amount, judgement.note)
        return same and not self.withdrawn


@dataclass(frozen=True, slots=True)
class Standing:
    """An adjustment as it stood: amounts in base currency, who made it, when and why."""

    id: UUID
    node: Node
    figure: Figure
    side: Side
    amount: Money
    base_amount: Decimal
    replaced: Decimal
    note: str | None
    author_id: UUID | None
    at: datetime
    version: int


def new_adjustment(
    adjustment_id: UUID, place: Place, judgement: Judgement, *, now: datetime
) -> tuple[Adjustment, AdjustmentSet]:
    """One nobody made before."""
    adjustment = Adjustment(adjustment_id, place, judgement, 1, now, now)
    return adjustment, _fact(AdjustmentSet, adjustment, ("amount",))


def not_negative(amount: Money) -> Money:
    """The amount, unless it is below 0."""
    if amount.amount < 0:
        detail = "A forecast is not below 0."
        raise AdjustmentError(
            "validation_failed", detail, [FieldError("/amount/amount", "out_of_range", detail)]
        )
    return amount


def still_to_come(period: Period, now: datetime) -> Period:
    """The period, unless it is over: what has come is not foretold. Refuses with `period_over`."""
    if period.ends_at <= now:
        detail = f"{period.name} ended on {period.ends_on.isoformat()}."
        raise AdjustmentError("period_over", detail, [FieldError("/period", "period_over", detail)])
    return period


def _fact(kind: type[Fact], adjustment: Adjustment, changed: tuple[str, ...]) -> Fact:
    place, judgement = adjustment.place, adjustment.judgement
    return kind(
        adjustment_id=adjustment.id,
        period=place.period.name,
        starts_on=place.period.starts_on,
        ends_on=place.period.ends_on,
        rollup=place.rollup,
        figure=place.figure,
        side=place.side,
        amount=judgement.amount,
        base_amount=judgement.base_amount,
        author_id=judgement.author_id,
        created_at=adjustment.created_at,
        **{name: getattr(place.node, name) for name in NODE_FIELDS},
        withdrawn=adjustment.withdrawn,
        changed=changed,
    )
