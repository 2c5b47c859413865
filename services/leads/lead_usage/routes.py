"""`/v1/leads/stats`, `/v1/leads/unused`, `/v1/kpis/lead-use`, `/v1/me/recommended-leads`."""

from typing import Annotated

from fastapi import Query, Request, Response

from services.leads.lead_usage import queries
from services.leads.lead_usage.schemas import (
    Dimension,
    LeadStats,
    LeadUse,
    RecommendedLead,
    StatsGroup,
    UnusedLead,
    UseGroup,
    UseRate,
)
from services.leads.tables import ORGANISATION
from shared.contracts.periods import Period
from shared.organisation.queries import load_organisation
from shared.reporting.asked import question_of
from shared.reporting.figures import MOST_GROUPS, Meanings, defined, money, period_shown, ratio
from shared.reporting.parameters import PresentPeriod
from shared.reporting.schemas import DefinitionOut
from shared.web.clock import Now, utc_now
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1", tags=["use of leads"])
_READ = permission("leads:read")
_STATS: Meanings = {
    "share": ("Leads of the group", "All leads counted"),
    "value": ("Sum of expected values in base currency at the newest rates.", None),
    "qualified": ("Leads that were ever qualified.", None),
    "converted": ("Leads that were ever converted.", None),
    "won": ("Leads of which a deal was won.", None),
    "without_rate": ("Leads whose value no rate converts; it is left out.", None),
}
_USE: Meanings = {"use_rate": ("Leads with at least one activity that happened", "Leads received")}


@router.get("/leads/stats", response_model=LeadStats, openapi_extra=_READ, summary="Leads by a dimension")
async def get_stats(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: PresentPeriod,
    by: Annotated[Dimension, Query(description="What the leads are counted by.")] = "category",
) -> LeadStats:
    """Leads that came up in the period, within the caller's scope, by category, source, owner ...: how many,
    their expected value in base currency (newest rates), how many are open, were qualified, converted and
    won. `share` = leads of the group / all leads counted, null when there are none.

    Problems: 400 `period_invalid`; 503 `organisation_unknown`.
    """
    organisation = await load_organisation(connection, ORGANISATION)
    period = question_of(asked, organisation.calendar, now=now).period
    rows = await queries.stats(connection, caller, period, by)
    currency, total = organisation.base_currency, sum(row["leads"] for row in rows)
    counted = ("key", "leads", "open", "qualified", "converted", "won")
    groups = [
        StatsGroup(
            **{name: row[name] for name in counted},
            share=ratio(row["leads"], total),
            value=money(row["value"], currency),
        )
        for row in rows[:MOST_GROUPS]
    ]
    return LeadStats(
        period=period_shown(period),
        by=by,
        currency=currency,
        leads=total,
        without_rate=sum(row["without_rate"] for row in rows),
        groups=groups,
        groups_left_out=max(len(rows) - MOST_GROUPS, 0),
        definitions=_defined(period, _STATS),
    )


@router.get(
    "/leads/unused",
    response_model=Page[UnusedLead],
    openapi_extra=_READ | queries.unused(utc_now()).openapi,
    summary="Leads that nobody uses",
)
async def list_unused(request: Request, connection: Reading, caller: Caller, now: Now) -> Response:
    """Open leads that are to be pursued, the oldest first. `kind=unassigned`: no owner; `never_contacted`: an
    owner, but no activity and no contact; `idle`: worked on before, but not for 14 days, or for as long as
    `idle_days=gte:30` asks. By rep: `owner_id`; by campaign: `campaign`."""
    listing = queries.unused(now)
    where = queries.is_unused(listing, caller, any_idle="idle_days" in request.query_params)
    return await listing.answer(connection, request, where=where)


@router.get("/kpis/lead-use", response_model=LeadUse, openapi_extra=_READ, summary="How fully leads are used")
async def get_lead_use(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: PresentPeriod,
    group_by: Annotated[UseGroup | None, Query(description="By owner, campaign or source.")] = None,
) -> LeadUse:
    """Use rate = leads with at least one activity that happened / leads received in the period, within the
    caller's scope; null when none were received. Problems: 400 `period_invalid`."""
    organisation = await load_organisation(connection, ORGANISATION)
    period = question_of(asked, organisation.calendar, now=now).period
    rows = await queries.use(connection, caller, period, group_by)
    received, used = sum(row["received"] for row in rows), sum(row["used"] for row in rows)
    groups = [] if group_by is None else rows
    return LeadUse(
        period=period_shown(period),
        group_by=group_by,
        received=received,
        used=used,
        use_rate=ratio(used, received),
        groups=[UseRate(**row, use_rate=ratio(row["used"], row["received"])) for row in groups[:MOST_GROUPS]],
        groups_left_out=max(len(groups) - MOST_GROUPS, 0),
        definitions=_defined(period, _USE),
    )


@router.get(
    "/me/recommended-leads",
    response_model=Page[RecommendedLead],
    openapi_extra=_READ | queries.RECOMMENDED.openapi,
    summary="Which leads to work on first",
)
async def list_recommended(request: Request, connection: Reading, caller: Caller, now: Now) -> Response:
    """The caller's own open leads that are to be pursued, by `rank` = score x expected value in base currency
    (0 without one), each with the `reason` in words; without a score they come last. Scores below 0.2 are
    hidden, unless a filter asks: `score=gte:0` shows all scored ones, `score=gte:0.5` only the best."""
    where = queries.is_recommended(caller, low_too="score" in request.query_params)
    return await queries.RECOMMENDED.answer(
        connection, request, where=where, to_item=lambda row: queries.recommended_shown(row, now)
    )


def _defined(period: Period, meanings: Meanings) -> dict[str, DefinitionOut]:
    when = f"leads that came up from {period.starts_on} to {period.ends_on} in the organisation's time zone"
    return defined(meanings, when)
