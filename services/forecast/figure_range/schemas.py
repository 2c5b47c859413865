"""What `GET /v1/forecast/figures` answers."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio


class RangeOut(BaseModel):
    """Amounts in the organisation's currency; no deal is in two of them."""

    closed: Money
    near_closings: Money
    development: Money
    later: Money
    overdue: Money
    undated: Money
    leads_to_come: Money | None
    open_deals: int
    deals_without_amount: int


class GroupOut(RangeOut):
    """Of the first three only the one grouped by is there; null in it: of none."""

    product_id: UUID | None = None
    territory_id: UUID | None = None
    owner_id: UUID | None = None
    name: str | None = None


class MethodOut(BaseModel):
    """One way of foretelling the period's revenue, and how good it was; `accuracy_url` says where to look."""

    method: Literal["commit", "weighted", "weighted_and_leads", "bottom_up", "predicted"]
    meaning: str
    amount: Money | None
    state: Literal["ok", "insufficient_history"]
    wape: Ratio | None
    bias: Ratio | None
    accuracy_url: str


class FiguresOut(RangeOut):
    """`groups` add up to the figures above, to a cent each for leads to come."""

    period: PeriodOut
    as_of: datetime
    currency: str
    group_by: Literal["product", "territory", "owner"] | None
    groups: list[GroupOut]
    groups_left_out: int
    methods: list[MethodOut]
    last_event_at: datetime | None
    definitions: dict[str, DefinitionOut]
