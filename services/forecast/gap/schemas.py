"""What is answered about the gap."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.forecast.gap.domain.parts import By, Fate, Method, Part, State
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio


class GapDayOut(BaseModel):
    """By the end of the day; a day that is not over (`complete` false) adds nothing to the forecast yet."""

    day: date
    forecast: Money | None
    actual: Money
    gap: Money | None
    gap_share: Ratio | None
    complete: bool


class GapPartOut(BaseModel):
    """How much a part widens the gap; below 0: narrows it."""

    part: Part
    amount: Money
    deals: int


class GapGroupOut(BaseModel):
    """`key`: team, owner, stage or product id, or the source; null: of none. By method `target`, `forecast`
    is null and the gap is what is missing."""

    key: str | None
    name: str | None
    forecast: Money | None
    actual: Money
    gap: Money
    parts: list[GapPartOut]


class BehindOut(BaseModel):
    """What explains most of the gap: in this cut (`by` null: everywhere) `amount` is missing by this part.

    `share`: of all that is missing. `excess`: beyond what the cut's share of the plan would make likely.
    `stage_id`: where most of it was lost or waits now. `deals_url`: the deals.
    """

    by: By | None
    value: str | None
    name: str | None
    part: Part
    amount: Money
    deals: int
    share: Ratio
    excess: Money
    stage_id: UUID | None
    stage: str | None
    words: str
    deals_url: str


class GapOut(BaseModel):
    """`days`: each day of the period up to now. `parts` add up to `gap`; so do the `groups`, together with
    `not_by_group`. `state` other than `ok`: forecast and gap are null, as there is too little to go by."""

    period: PeriodOut
    as_of: datetime
    through: date | None = Field(description="The last day of the period that is over.")
    currency: str
    method: Method
    state: State
    forecast_to_date: Money | None
    actual_to_date: Money
    gap: Money | None
    gap_share: Ratio | None
    foretold_at: datetime | None = Field(description="By method `predicted`: when that was foretold.")
    new_business_periods: int = Field(
        description="By method `weighted`: so many earlier periods say what new business to expect."
    )
    parts: list[GapPartOut]
    behind: BehindOut | None
    group_by: By | None
    groups: list[GapGroupOut]
    groups_left_out: int
    not_by_group: Money | None
    days: list[GapDayOut]
    last_event_at: datetime | None
    definitions: dict[str, DefinitionOut]


class GapDealOut(BaseModel):
    """A deal and its share in the gap: `planned` less `won`. Stage as the period began (by method `target` as
    it is), `due_on` the day it was expected then; the rest as it is."""

    deal_id: UUID
    name: str
    fate: Fate
    planned: Money
    worth: Money
    won: Money
    effect: Money
    due_on: date | None
    stage_id: UUID | None
    stage: str | None
    stage_now_id: UUID
    stage_now: str
    status: str
    owner_id: UUID | None
    source: str | None
    product_id: UUID | None
    expected_close: date | None
    closed_at: datetime | None
