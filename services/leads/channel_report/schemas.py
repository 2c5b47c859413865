"""Bodies and answers about channels."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from services.leads.lead_source.schemas import LeadCount, SourceFigures
from services.leads.record.schemas import Strict, raw
from services.leads.touch.domain import Attribution
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio
from shared.web.batch import MOST_ITEMS, BatchItems

Word = Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)]
Margin = Annotated[Decimal, Field(ge=0, le=1, max_digits=9)]


class VisitCount(Strict):
    """How many visits a channel had in a day (of the organisation's time zone). `source`: where they came
    from, empty when that is not told apart."""

    day: Annotated[date, Field(ge=date(2000, 1, 1), le=date(2200, 12, 31))]
    channel: Annotated[Word, Field(min_length=1)]
    source: Word = ""
    visits: Annotated[int, Field(strict=True, ge=0, le=10**12)]


class VisitCounts(BatchItems):
    """1 to 1,000 counts; each is judged by itself."""

    items: Annotated[list[raw(VisitCount)], Field(min_length=1, max_length=MOST_ITEMS)]  # type: ignore[valid-type]


class ChannelFigures(SourceFigures):
    """Ratios and what is divided are null when the divisor is 0, `profit` while the margin is unknown."""

    cost: Money
    cost_per_lead: Money | None
    profit: Money | None


class ChannelGroup(ChannelFigures):
    """One channel; `key` null: leads without one, and campaigns without one."""

    key: str | None
    rank: int | None


class ChannelReport(ChannelFigures):
    """Channels by what they brought, the best first. Groups add up to the whole, to the cent."""

    period: PeriodOut
    currency: str
    attribution: Attribution
    margin: Ratio | None
    groups: list[ChannelGroup]
    groups_left_out: int
    definitions: dict[str, DefinitionOut]


class TrafficFigures(BaseModel):
    """From visits to won deals. Ratios are null when the divisor is 0."""

    visits: int
    requests: int
    leads: LeadCount
    deals: LeadCount
    won: LeadCount
    won_revenue: Money
    requests_by_visits: Ratio | None
    leads_by_visits: Ratio | None
    deals_by_leads: Ratio | None
    won_by_leads: Ratio | None


class TrafficGroup(TrafficFigures):
    """One channel; `key` null: what came by none."""

    key: str | None


class Traffic(TrafficFigures):
    """How many come by each channel, beside what becomes of them; the most visits first."""

    period: PeriodOut
    currency: str
    attribution: Attribution
    groups: list[TrafficGroup]
    groups_left_out: int
    definitions: dict[str, DefinitionOut]
