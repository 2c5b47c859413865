"""`/v1/leads/stats`, `/v1/leads/unused`, `/v1/kpis/lead-use`, `/v1/me/recommended-leads`."""

from decimal import Decimal
from typing import Annotated, Any

from fastapi import Query, Request, Response

from services.leads.lead_usage import queries
from services.leads.lead_usage.schemas import (
    Dimension,
    LeadStats,
    LeadUse,
    RecommendedLead,
    UnusedLead,
    UseGroup,
)
from services.leads.tables import ORGANISATION
from shared.contracts.money import CENT
from shared.contracts.periods import Period
from shared.organisation.queries import load_organisation
from shared.reporting.asked import question_of
from shared.reporting.parameters import PresentPeriod
from shared.web import json_body
from shared.web.clock import Now, utc_now
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1", tags=["use of leads"])
_READ = permission("leads:read")
_MOST_GROUPS = 500


@router.get("/leads/stats", response_model=LeadStats, openapi_extra=_READ, summary="Leads by a dimension")
async def get_stats(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: PresentPeriod,
    by: Annotated[Dimension, Query(description="What the leads are counted by.")] = "category",
) -> Response:
    """Leads that came up in the period, within the caller's scope, by category, source, owner ...: how many,
    their expected value in base currency (newest rates), how many are open, were qualified, converted and
    won. `share` = leads of the group / all leads counted, null when there are none.

    Problems: 400 `period_invalid`; 503 `organisation_unknown`.
    """
    organisation = await load_organisation(connection, ORGANISATION)
    period = question_of(asked, organisation.calendar, now=now).period
    rows = await queries.stats(connection, caller, period, by)
    currency, total = organisation.base_currency, sum(row["leads"] for row in rows)
    groups = [
        {
            **{name: row[name] for name in ("key", "leads", "open", "qualified", "converted", "won")},
            "share": _ratio(row["leads"], total),
            "value": {"amount": str(Decimal(row["value"]).quantize(CENT)), "currency": currency},
        }
        for row in rows[:_MOST_GROUPS]
    ]
    return _report(
        period,
        by=by,
        currency=currency,
        leads=total,
        without_rate=sum(row["without_rate"] for row in rows),
        groups=groups,
        groups_left_out=max(len(rows) - _MOST_GROUPS, 0),
        definitions={
            "share": _definition("Share of the group", period, "leads of the group", "all leads counted"),
            "value": _definition("Sum of expected values in base currency at the newest rates", period),
            "qualified": _definition("Leads that were ever qualified", period),
            "converted": _definition("Leads that were ever converted", period),
            "won": _definition("Leads of which a deal was won", period),
            "without_rate": _definition("Leads whose value no rate converts; it is left out", period),
        },
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
) -> Response:
    """Use rate = leads with at least one activity that happened / leads received in the period, within the
    caller's scope; null when none were received. Problems: 400 `period_invalid`."""
    organisation = await load_organisation(connection, ORGANISATION)
    period = question_of(asked, organisation.calendar, now=now).period
    rows = await queries.use(connection, caller, period, group_by)
    received, used = sum(row["received"] for row in rows), sum(row["used"] for row in rows)
    groups = [] if group_by is None else rows
    return _report(
        period,
        group_by=group_by,
        received=received,
        used=used,
        use_rate=_ratio(used, received),
        groups=[{**row, "use_rate": _ratio(row["used"], row["received"])} for row in groups[:_MOST_GROUPS]],
        groups_left_out=max(len(groups) - _MOST_GROUPS, 0),
        definitions={
            "use_rate": _definition(
                "Share of leads that were worked on",
                period,
                "leads with at least one activity that happened",
                "leads received",
            )
        },
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


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def _definition(
    meaning: str, period: Period, numerator: str | None = None, denominator: str | None = None
) -> dict[str, Any]:
    when = f"leads that came up from {period.starts_on} to {period.ends_on} in the organisation's time zone"
    return {"meaning": meaning, "numerator": numerator, "denominator": denominator, "period": when}


def _report(period: Period, **figures: Any) -> Response:
    shown = {"name": period.name, "from": period.starts_on, "to": period.ends_on}
    return Response(json_body.dumps({"period": shown, **figures}), media_type="application/json")
