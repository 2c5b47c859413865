"""What is answered about slippage."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel, Field

from services.forecast.slippage.domain import Fate, GroupBy
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio


class MetOut(BaseModel):
    """So many deals; the amount is that of the period's start."""

    deals: int
    amount: Money


class PushesOut(BaseModel):
    """Close dates put off in the period."""

    pushes: int
    deals: int
    days: int
    average_days_pushed: Ratio | None
    pushed_more_than: int = Field(description="Deals put off more than `times` times.")


class MonthOut(PushesOut):
    """Those of one month, which begins with `month`."""

    month: date


class SlippageFiguresOut(BaseModel):
    """What was due and what became of it; and what was put off."""

    due: MetOut
    won: MetOut
    lost: MetOut
    slipped: MetOut
    pending: MetOut
    omitted: MetOut
    transferred: MetOut
    share_of_deals: Ratio | None
    share_of_amount: Ratio | None
    average_days: Ratio | None
    median_days: Ratio | None
    pushes: PushesOut


class SlippageGroupOut(SlippageFiguresOut):
    """Of the first four only the one grouped by is there. Deals due are of the group they were in at the
    start, pushes of that in which they were put off."""

    owner_id: UUID | None = None
    team_id: UUID | None = None
    product_id: UUID | None = None
    stage: str | None = None
    name: str | None = Field(default=None, description="Of a team or product, where known.")


class SlippageOut(SlippageFiguresOut):
    """`until`: the end of the period, or now. `months`: pushes made in the period, by month."""

    period: PeriodOut
    until: datetime
    currency: str
    times: int
    group_by: GroupBy | None
    groups: list[SlippageGroupOut]
    groups_left_out: int
    months: list[MonthOut]
    last_event_at: datetime | None
    definitions: dict[str, DefinitionOut]


class DueDealOut(BaseModel):
    """A deal that was to close in the period. `days`: by how many it slipped, where it has a new day."""

    deal_id: UUID
    name: str | None
    fate: Fate
    amount: Money | None
    expected_at_start: date
    expected_close: date | None
    closed_at: datetime | None
    stage_at_start: str
    stage: str | None
    owner_id: UUID | None
    days: int | None


class PushedDealOut(BaseModel):
    """A deal that was put off in the period. `close_pushes`: how often ever, as far as known."""

    deal_id: UUID
    name: str | None
    pushes: int
    days: int
    last_pushed_at: datetime
    owner_id: UUID | None
    stage: str
    amount: Money | None
    expected_close: date | None


def known_ratio(value: Decimal | None) -> Decimal | None:
    """To a tenth of a day."""
    return None if value is None else value.quantize(Decimal("0.1"))
