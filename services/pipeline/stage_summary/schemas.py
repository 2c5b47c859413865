"""The answer of the pipeline summary."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.pipeline.body import Probability
from services.pipeline.pipeline.domain import OpenCategory
from shared.contracts.money import Money


class StageFigures(BaseModel):
    """The open deals of one stage, and those that ended in it."""

    pipeline_id: UUID
    pipeline: str
    stage_id: UUID
    stage: str
    position: int
    probability: Probability | None
    forecast_category: OpenCategory
    open_deals: int
    amount: Money
    weighted: Annotated[Money, Field(description="Sum of amount times the deal's own probability.")]
    deals_without_amount: Annotated[int, Field(description="Open deals that count in no amount.")]
    unweighted_deals: Annotated[int, Field(description="Open deals with an amount but no probability.")]
    overdue_deals: Annotated[int, Field(description="Open deals whose stage should be done by now.")]
    won_deals: int
    won_amount: Money
    lost_deals: int
    lost_amount: Money


class Totals(BaseModel):
    """The same over all stages listed."""

    open_deals: int
    amount: Money
    weighted: Money
    deals_without_amount: int
    unweighted_deals: int
    overdue_deals: int
    won_deals: int
    won_amount: Money
    lost_deals: int
    lost_amount: Money


class ExpectedOut(BaseModel):
    """Within which dates they are expected to close: the first and the last, the middle one, and the dates
    before which one in ten and nine in ten lie. Null where no deal has a date."""

    first_close: date | None
    close_p10: date | None
    close_p50: date | None
    close_p90: date | None
    last_close: date | None


class PartOut(BaseModel):
    """Open deals, what they are worth, and when they are expected."""

    deals: int
    amount: Money
    weighted: Money
    without_date: int
    expected: ExpectedOut


class Summary(BaseModel):
    """Deals by stage, in base currency; the open ones also by how near they are.

    `definitions`: what each figure means.
    """

    currency: str
    stages: list[StageFigures]
    totals: Totals
    almost_closed: PartOut
    for_later: PartOut
    definitions: dict[str, str]


DEFINITIONS = {
    "open_deals": "Deals that are neither won nor lost, by the stage they are in now.",
    "amount": "Sum of the open deals' amounts in base currency, at the rate of the day each was last valued.",
    "weighted": "Sum of amount times probability of the open deals that have both; 0 is a probability.",
    "deals_without_amount": "Open deals without an amount in the present base currency.",
    "unweighted_deals": "Open deals that have an amount but no probability: in amount, not in weighted.",
    "overdue_deals": "Open deals that have been in their stage for its target days, counted in working days.",
    "almost_closed": "Open deals in the forecast categories commit and most_likely.",
    "for_later": "All other open deals, to be developed further.",
    "expected": "Expected close dates of those that have one: first, last, and by share of the deals.",
    "without_date": "Those without an expected close date.",
    "won_deals": "Deals won, by the stage in which they ended.",
    "lost_deals": "Deals lost, by the stage in which they ended.",
}
