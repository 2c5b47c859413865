"""Bodies and answers of boards."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.pipeline.body import Probability, Strict
from services.pipeline.deal.schemas import DealOut
from services.pipeline.pipeline.domain import OpenCategory
from shared.contracts.money import Money


class Position(Strict):
    """Right before or right after another card of the same column: one of the two."""

    before: UUID | None = None
    after: UUID | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> "Position":
        if (self.before is None) == (self.after is None):
            raise ValueError("give either before or after")
        return self


class ColumnOut(BaseModel):
    """A stage: the figures of all its open deals that were asked for, and the first of their cards."""

    stage_id: UUID
    stage: str
    position: int
    probability: Probability | None
    forecast_category: OpenCategory
    target_days: int | None
    removed: Annotated[bool, Field(description="It is no stage any more; its deals go on soon.")]
    open_deals: int
    amount: Money
    weighted: Money
    deals_without_amount: int
    unweighted_deals: int
    cards: list[DealOut]
    next_cursor: str | None


class BoardOut(BaseModel):
    """The columns in the order of the stages, in base currency. `definitions`: what each figure means."""

    pipeline_id: UUID
    currency: str
    columns: list[ColumnOut]
    definitions: dict[str, str]


DEFINITIONS = {
    "open_deals": "Open deals in the stage, of those the caller may see and the filters let through.",
    "amount": "Sum of their amounts in base currency, at the rate of the day each was last valued.",
    "weighted": "Sum of amount times probability of those that have both; 0 is a probability.",
    "deals_without_amount": "Those without an amount in the present base currency.",
    "unweighted_deals": "Those with an amount but no probability: in amount, not in weighted.",
}
