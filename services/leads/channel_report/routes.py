"""`/v1/traffic`, `/v1/analytics/channels` and `/v1/analytics/traffic`."""

from typing import Annotated

from fastapi import Query

from services.leads.channel_report.schemas import (
    ChannelReport,
    Margin,
    Traffic,
    VisitCount,
    VisitCounts,
)
from services.leads.channel_report.use_cases.count_visits import count_visits
from services.leads.channel_report.use_cases.follow_traffic import follow_traffic
from services.leads.channel_report.use_cases.rank_channels import rank_channels
from services.leads.lead_source.schemas import AttributionAsked
from shared.reporting.parameters import PresentPeriod
from shared.web.batch import BatchAnswer, check_items
from shared.web.clock import Now
from shared.web.identity import Caller, WithCaller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1", tags=["analytics"], dependencies=[WithCaller])
_READ = permission("leads:read")


@router.post(
    "/traffic",
    response_model=BatchAnswer,
    openapi_extra=permission("traffic:write"),
    summary="Tell how many visits channels had",
)
async def post_traffic(body: VisitCounts, connection: Transaction, now: Now) -> BatchAnswer:
    """Up to 1,000 counts of visits by day, channel and source. A count replaces the one that was told before
    of the same day, channel and source, so that telling again changes nothing. 200 with a result for each in
    order: created, updated, unchanged, or rejected with its problem."""
    checked = check_items(body.items, VisitCount)
    became = await count_visits(connection, [count for _, count in checked.good], now=now)
    for (index, _), each in zip(checked.good, became, strict=True):
        checked.settle(index, each)
    return checked.answer()


@router.get(
    "/analytics/channels",
    response_model=ChannelReport,
    openapi_extra=_READ,
    summary="Which channels are worth what they cost",
)
async def get_channels(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: PresentPeriod,
    attribution: AttributionAsked = "first",
    margin: Annotated[
        Margin | None,
        Query(description="The part of revenue left after the cost of what was sold, 0 to 1, for `profit`."),
    ] = None,
) -> ChannelReport:
    """The leads created in the period within the caller's scope by channel: how many, what they became, what
    the channel's campaigns cost, and what is left. A campaign costs by its days that lie in the period; one
    without both days costs in the period in which it began. profit = won revenue x margin - cost; null
    without a margin. `rank` 1 is the best. Costs one query over the leads of the period, by index.

    Problems: 400 `period_invalid`; 422 `rate_missing`; 503 `organisation_unknown`.
    """
    return await rank_channels(connection, caller, asked, attribution, margin, now=now)


@router.get(
    "/analytics/traffic",
    response_model=Traffic,
    openapi_extra=_READ,
    summary="How many come by each channel, and what becomes of them",
)
async def get_traffic(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: PresentPeriod,
    attribution: AttributionAsked = "first",
) -> Traffic:
    """Visits and requests of the period by channel, beside the leads created in it within the caller's scope,
    those with a deal, and those won. Costs three queries over the period, by index. Problems: 400
    `period_invalid`; 503 `organisation_unknown`."""
    return await follow_traffic(connection, caller, asked, attribution, now=now)
