"""`GET /v1/analytics/regions`."""

from typing import Annotated, Any

from fastapi import Query

from services.forecast.region.domain import DEFINITIONS, Region, RegionKind, Won
from services.forecast.region.schemas import OwnOut, RegionOut, RegionsOut
from services.forecast.region.use_cases.compare_regions import Comparison, compare_regions
from shared.reporting.figures import MOST_GROUPS, defined, known_money, money, period_shown, ratio
from shared.reporting.parameters import KnownPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/analytics/regions", tags=["forecast"])


@router.get(
    "",
    response_model=RegionsOut,
    openapi_extra=permission("forecast:read"),
    summary="What was won where, beside what was planned there",
)
async def get_regions(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: KnownPeriod,
    group_by: Annotated[
        RegionKind,
        Query(
            description="`territory`: a territory's figures include those below it, and deals of no "
            "territory are shown by country. `country`: all deals by country."
        ),
    ] = "territory",
) -> RegionsOut:
    """Deals won in the period by region, within the caller's scope: revenue, deals, average, and of whoever
    sees all deals plan and attainment. Territories are those of now. Largest first. `known_at` leaves
    out what was told later.

    A plan is a target of the territory or country (`PUT /v1/targets`) for the same days; a country's is held
    against its deals with `group_by=country`. Problems: 400 `period_invalid`, `invalid_parameter`; 503
    `organisation_unknown`.
    """
    found = await compare_regions(connection, asked, by=caller, kind=group_by, now=now)
    period = found.question.period
    when = (
        f"{period.name}: deals closed from {period.starts_on} to {period.ends_on} in the organisation's time "
        "zone."
    )
    return RegionsOut(
        period=period_shown(period),
        as_of=found.as_of,
        known_at=found.question.known_at,
        currency=found.currency,
        group_by=group_by,
        regions=[_region(each, found) for each in found.regions[:MOST_GROUPS]],
        regions_left_out=max(0, len(found.regions) - MOST_GROUPS),
        last_event_at=found.last_event_at,
        definitions=defined(DEFINITIONS, when),
        **_figures(found.whole, found.currency),
    )


def _region(region: Region, found: Comparison) -> RegionOut:
    plan, currency, territory = found.plan_of(region), found.currency, region.territory
    return RegionOut(
        territory_id=territory.id if territory else None,
        name=territory.name if territory else None,
        parent_id=territory.parent_id if territory else None,
        active=territory.active if territory else None,
        country=region.country,
        own=OwnOut(revenue=money(region.own.amount, currency), deals=region.own.deals),
        plan=known_money(plan, currency),
        attainment=None if plan is None else ratio(region.all.amount, plan),
        **_figures(region.all, currency),
    )


def _figures(won: Won, currency: str) -> dict[str, Any]:
    return {
        "revenue": money(won.amount, currency),
        "deals": won.deals,
        "deals_without_amount": won.without_amount,
        "average": known_money(won.average, currency),
    }
