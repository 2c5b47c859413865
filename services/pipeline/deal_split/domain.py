"""How the amount of a deal is split among members: what they earned of it, and what they helped with.

Revenue splits add up to exactly 100 %. Overlay splits are beside that: they add up to 0 to 1000 %.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal
from uuid import UUID

from shared.contracts.errors import DomainError, FieldError
from shared.contracts.money import Money, apportioned, step_of

SplitKind = Literal["revenue", "overlay"]
WHOLE = Decimal(100)
MOST_OVERLAY = Decimal(1000)


@dataclass(frozen=True, slots=True)
class Split:
    """`percent`: 40 is 40 %."""

    member_id: UUID
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Splits:
    """All of a deal's. Without `revenue` all of it is the owner's."""

    revenue: tuple[Split, ...] = ()
    overlay: tuple[Split, ...] = ()

    def members(self) -> dict[str, UUID]:
        """Who is named, by the pointer to it."""
        return {
            f"/{kind}/{index}/member_id": each.member_id
            for kind, splits in (("revenue", self.revenue), ("overlay", self.overlay))
            for index, each in enumerate(splits)
        }

    def refuse_wrong(self) -> None:
        """Refuses with `validation_failed` sums that are not as they must be, and a member named twice."""
        errors = [*_twice("revenue", self.revenue), *_twice("overlay", self.overlay)]
        earned, helped = total(self.revenue), total(self.overlay)
        if self.revenue and earned != WHOLE:
            detail = f"Revenue splits add up to 100 %, not {earned:f} %."
            errors.append(FieldError("/revenue", "must_be_100", detail))
        if helped > MOST_OVERLAY:
            detail = f"Overlay splits add up to at most 1000 %, not {helped:f} %."
            errors.append(FieldError("/overlay", "over_1000", detail))
        if errors:
            raise DomainError("validation_failed", errors[0].detail, errors)


def total(splits: Sequence[Split]) -> Decimal:
    """All percents together."""
    return sum((each.percent for each in splits), Decimal())


def amounts(whole: Money | None, splits: Sequence[Split]) -> dict[UUID, Money | None]:
    """What each member's share of the amount is.

    In cents, or finer where the amount is; together exactly `total` % of it, rounded half-even: all are
    rounded down, and what is missing goes to the largest remainders (the method of Hamilton).
    """
    if whole is None:
        return {each.member_id: None for each in splits}
    amount, step = whole.amount, step_of(whole)
    exact = {each.member_id: amount * each.percent / WHOLE for each in splits}
    together = (amount * total(splits) / WHOLE).quantize(step)
    parts = apportioned(exact, together, step)
    return {
        member_id: Money.model_construct(amount=part, currency=whole.currency)
        for member_id, part in parts.items()
    }


def _twice(kind: SplitKind, splits: Sequence[Split]) -> list[FieldError]:
    seen: set[UUID] = set()
    errors = []
    for index, each in enumerate(splits):
        if each.member_id in seen:
            detail = "Each member has at most one split of a kind."
            errors.append(FieldError(f"/{kind}/{index}/member_id", "twice", detail))
        seen.add(each.member_id)
    return errors
