"""What is answered about two moments."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.forecast.waterfall.domain import INS, PARTS, GroupBy, Known, Part, Share, Situation, Waterfall
from shared.contracts.money import CENT, Money
from shared.reporting.asked import Moment
from shared.reporting.schemas import DefinitionOut, PeriodOut


class MomentOut(BaseModel):
    """As things stood at `as_of`, as far as that was known at `known_at`; null: as far as it is known now."""

    as_of: datetime
    known_at: datetime | None


class AmountOut(BaseModel):
    """So much of so many deals."""

    amount: Money
    deals: int


class StepOut(BaseModel):
    """One part: `amount` adds to the open pipeline, below 0 takes from it; `level`: what it is then."""

    part: Part
    amount: Money
    deals: int
    level: Money


class ClosedOut(BaseModel):
    """since + won + corrected = until."""

    since: AmountOut
    won: AmountOut
    corrected: AmountOut
    until: AmountOut


class FallOut(BaseModel):
    """open_since + all steps = open_until, exactly. Deals without an amount in base currency count 0."""

    open_since: AmountOut
    steps: list[StepOut]
    open_until: AmountOut
    closed: ClosedOut
    deals_without_amount: int


class FallGroupOut(FallOut):
    """Of the first three only the one grouped by is there; null in it: nobody, no team, no product."""

    owner_id: UUID | None = None
    team_id: UUID | None = None
    product_id: UUID | None = None
    name: str | None = Field(default=None, description="Of a team or product, where known.")


class WaterfallOut(FallOut):
    """`open_since`, `open_until` and `closed` of the groups add up to those above; what goes from one group
    to another is transferred in the groups only."""

    period: PeriodOut
    since: MomentOut
    until: MomentOut
    known: Known
    currency: str
    group_by: GroupBy | None
    groups: list[FallGroupOut]
    groups_left_out: int
    rule: str
    last_event_at: datetime | None
    definitions: dict[str, DefinitionOut]


class SideOut(BaseModel):
    """How a deal stood at one of the moments."""

    situation: Situation
    status: str
    stage: str
    forecast_category: str
    amount: Money | None
    expected_close: date | None
    closed_at: datetime | None
    owner_id: UUID | None
    product_id: UUID | None


class PartDealOut(BaseModel):
    """A deal in a part, and how much of it it is. `before`, `after`: null when it was not there, or not to be
    seen by the caller or not of the selection; `came_from`, `went_to` say which."""

    deal_id: UUID
    name: str | None
    share: Money
    came_from: Situation
    went_to: Situation
    before: SideOut | None
    after: SideOut | None
    days_moved: int | None = Field(
        description="By how many days the expected close moved; below 0 towards the present."
    )


def exact_money(amount: Decimal, currency: str) -> Money:
    """To the cent, and beyond where the amount is: parts add up as they are shown."""
    rounded = amount.quantize(CENT)
    return Money.model_construct(amount=rounded if rounded == amount else amount, currency=currency)


def moment_out(moment: Moment) -> MomentOut:
    """As the API shows it."""
    return MomentOut(as_of=moment.as_of, known_at=moment.known_at)


def fall_out(found: Waterfall, currency: str) -> dict[str, Any]:
    """The fields of `FallOut`."""
    balances = {name: _amount(share, currency) for name, share in found.balances.items()}
    return {
        "open_since": balances["open_since"],
        "steps": _steps(found.parts, found.balances["open_since"].amount, currency),
        "open_until": balances["open_until"],
        "closed": ClosedOut(
            since=balances["closed_since"],
            won=_amount(found.parts["won"], currency),
            corrected=balances["closed_corrected"],
            until=balances["closed_until"],
        ),
        "deals_without_amount": found.without_amount,
    }


def _steps(parts: Mapping[Part, Share], level: Decimal, currency: str) -> list[StepOut]:
    steps = []
    for part in PARTS:
        adds = part in INS or part == "increased"
        signed = parts[part].amount if adds else -parts[part].amount
        level += signed
        steps.append(
            StepOut(
                part=part,
                amount=exact_money(signed, currency),
                deals=parts[part].deals,
                level=exact_money(level, currency),
            )
        )
    return steps


def _amount(share: Share, currency: str) -> AmountOut:
    return AmountOut(amount=exact_money(share.amount, currency), deals=share.deals)
