"""Adjustments as they come and go."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from services.forecast.adjustment.domain import Adjustment
from services.forecast.node.domain import NODE_FIELDS, Side
from services.forecast.outlook.domain import Figure, Rollup
from shared.contracts.money import Money

Adjustable = Literal["commit", "most_likely", "best_case", "open_pipeline"]


def _blank_is_null(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


Note = Annotated[
    Annotated[str, StringConstraints(strip_whitespace=True, max_length=255)] | None,
    BeforeValidator(_blank_is_null),
]


class AdjustmentIn(BaseModel):
    """Which figure of which node, and what is to stand instead. The node is named by one of five; by none:
    what the caller answers for (own deals, the own team, or everything)."""

    model_config = ConfigDict(extra="forbid")

    period: str = Field(max_length=20, examples=["2027-Q1"], description="As for the forecast, by name.")
    team_id: UUID | None = None
    owner_id: UUID | None = None
    territory_id: UUID | None = None
    product_family: str | None = Field(default=None, max_length=200)
    product_id: UUID | None = None
    rollup: Rollup = "cumulative"
    figure: Adjustable
    amount: Money = Field(description="Not below 0. Another currency is converted at today's rate.")
    note: Note = None


class AdjustmentOut(BaseModel):
    """`base_amount`: in the organisation's currency; `replaced`: the figure it took the place of, as it stood
    then. `of_present_calendar`: whether the period's name still means these days."""

    id: UUID
    period: str
    starts_on: date
    ends_on: date
    of_present_calendar: bool
    team_id: UUID | None
    owner_id: UUID | None
    territory_id: UUID | None
    product_family: str | None
    product_id: UUID | None
    rollup: Rollup
    figure: Figure
    side: Side
    amount: Money
    base_amount: Money
    replaced: Money
    note: str | None
    author_id: UUID | None
    withdrawn: bool
    version: int
    created_at: datetime
    updated_at: datetime


class JudgedOut(BaseModel):
    """What stood: an amount with its note, and the figure it took the place of."""

    amount: Money
    base_amount: Money
    replaced: Money
    note: str | None


class AdjustmentChangeOut(BaseModel):
    """Who changed it when. `before` is null at first and after a withdrawal, `after` when withdrawn."""

    version: int
    at: datetime
    author_id: UUID | None
    before: JudgedOut | None
    after: JudgedOut | None


class AdjustmentHistoryOut(BaseModel):
    """Every change, the oldest first."""

    items: list[AdjustmentChangeOut]


def adjustment_out(state: Adjustment, *, of_present_calendar: bool) -> AdjustmentOut:
    """The adjustment as the API shows it."""
    place, judgement = state.place, state.judgement
    return AdjustmentOut(
        id=state.id,
        period=place.period.name,
        starts_on=place.period.starts_on,
        ends_on=place.period.ends_on,
        of_present_calendar=of_present_calendar,
        **{name: getattr(place.node, name) for name in NODE_FIELDS},
        rollup=place.rollup,
        figure=place.figure,
        side=place.side,
        amount=judgement.amount,
        base_amount=judgement.base_amount,
        replaced=Money.model_construct(amount=judgement.replaced, currency=judgement.base_amount.currency),
        note=judgement.note,
        author_id=judgement.author_id,
        withdrawn=state.withdrawn,
        version=state.version,
        created_at=state.created_at,
        updated_at=state.updated_at,
    )
