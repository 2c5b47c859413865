"""The answer about the pipelines of people."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut


class HeldOut(BaseModel):
    """What is open, in base currency."""

    open_deals: int
    open_value: Money
    weighted: Money
    without_amount: int


class RepOut(HeldOut):
    """What one person has open."""

    owner_id: UUID


class ByRepOut(BaseModel):
    """The largest first; reps without an open deal are listed too. `average` is null without reps.

    `unowned`: the deals nobody owns, in `totals` and in no average.
    """

    as_of: datetime
    currency: str
    reps: int
    average: Money | None
    average_weighted: Money | None
    items: list[RepOut]
    unowned: HeldOut
    totals: HeldOut
    definitions: dict[str, DefinitionOut]
