"""Bodies and answers about the splits of a deal."""

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, Field, PlainSerializer

from services.pipeline.body import Strict
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal_split.domain import Split, Splits, amounts, total
from shared.contracts.money import Money


def _exact(value: Any) -> Any:
    if isinstance(value, float):
        raise ValueError('a percentage is a string such as "33.34" or a whole number, not a float')
    return value


ShownPercent = Annotated[
    Decimal,
    Field(description='`"40"` is 40 %'),
    PlainSerializer(lambda percent: format(percent, "f"), return_type=str, when_used="json"),
]
Percent = Annotated[
    ShownPercent, BeforeValidator(_exact), Field(gt=0, le=1000, max_digits=8, decimal_places=4)
]


class SplitBody(Strict):
    """A member's share."""

    member_id: UUID
    percent: Percent


class SplitsBody(Strict):
    """All splits: `revenue` adds up to exactly 100 % or is empty, `overlay` to at most 1000 %."""

    revenue: Annotated[tuple[SplitBody, ...], Field(max_length=100)] = ()
    overlay: Annotated[tuple[SplitBody, ...], Field(max_length=100)] = ()

    def splits(self) -> Splits:
        """As the rules take them."""
        return Splits(_splits(self.revenue), _splits(self.overlay))


class SplitOut(BaseModel):
    """A member's share, and what it is of the deal's amounts."""

    member_id: UUID
    percent: ShownPercent
    amount: Money | None
    base_amount: Money | None


class SplitsOut(BaseModel):
    """All splits, the largest first. `version` is that of the deal in which they last changed, 0 for never.

    The amounts of `revenue` add up to the deal's, to the cent.
    """

    deal_id: UUID
    version: int
    amount: Money | None
    base_amount: Money | None
    revenue: list[SplitOut]
    overlay: list[SplitOut]
    overlay_percent: ShownPercent


def splits_out(deal: Deal, splits: Splits, *, version: int) -> dict[str, Any]:
    """For `json_body.dumps`: the fields of SplitsOut."""
    return {
        "deal_id": deal.id,
        "version": version,
        "amount": deal.amount,
        "base_amount": deal.base_amount,
        "revenue": _shown(deal, splits.revenue),
        "overlay": _shown(deal, splits.overlay),
        "overlay_percent": format(total(splits.overlay), "f"),
    }


def _shown(deal: Deal, splits: tuple[Split, ...]) -> list[dict[str, Any]]:
    own, base = amounts(deal.amount, splits), amounts(deal.base_amount, splits)
    return [
        {
            "member_id": each.member_id,
            "percent": format(each.percent, "f"),
            "amount": own[each.member_id],
            "base_amount": base[each.member_id],
        }
        for each in splits
    ]


def _splits(bodies: tuple[SplitBody, ...]) -> tuple[Split, ...]:
    return tuple(Split(each.member_id, each.percent) for each in bodies)
