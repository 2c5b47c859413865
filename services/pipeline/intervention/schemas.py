"""Bodies and answers about interventions."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.pipeline.body import Price, Reason
from services.pipeline.deal.schemas import DealOut
from shared.contracts.events.pipeline_deal import Priority
from shared.web.concurrency import MergePatch, absent

Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=7, decimal_places=4, allow_inf_nan=False)]


class InterventionCreate(MergePatch):
    """Why, and what from now on: what is named changes, null lifts a limit.

    `least_amount`, `most_amount`: what the deal may be sold for; `largest_discount`: a least amount so many
    percent below the deal's amount as it is now.
    """

    reason: Reason
    owner_id: UUID = absent()
    priority: Priority = absent()
    least_amount: Price | None = absent()
    most_amount: Price | None = absent()
    largest_discount: Percent = absent()

    @model_validator(mode="after")
    def _something(self) -> "InterventionCreate":
        if self.model_fields_set == {"reason"}:
            raise ValueError("name what is to change: owner_id, priority, a limit")
        if {"least_amount", "largest_discount"} <= self.model_fields_set:
            raise ValueError("least_amount and largest_discount say the same; name one")
        return self


class InterventionOut(BaseModel):
    """An intervention. `changes`: by field of the deal, from what to what; `intervened_by`: a member's id."""

    id: UUID
    deal_id: UUID
    reason: str
    changes: dict[str, dict[Literal["from", "to"], Any]]
    intervened_by: str
    created_at: datetime


class InterventionMadeOut(InterventionOut):
    """The same with the deal as it is now."""

    deal: DealOut
