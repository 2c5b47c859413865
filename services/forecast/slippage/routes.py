"""`/v1/forecast/slippage`: what was to close in a period and did not."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import Query, Request, Response
from sqlalchemy import Row

from services.forecast.deal_ledger.queries import last_event_at
from services.forecast.slippage.definitions import MEANINGS
from services.forecast.slippage.domain import FATES, USUAL_TIMES, GroupBy, Pushes
from services.forecast.slippage.queries import DUE_OPENAPI, PUSHED_OPENAPI, due_listing, pushed_listing
from services.forecast.slippage.schemas import (
    DueDealOut,
    MetOut,
    MonthOut,
    PushedDealOut,
    PushesOut,
    SlippageGroupOut,
    SlippageOut,
    known_ratio,
)
from services.forecast.slippage.use_cases.measure_slippage import Group, measure_slippage, question
from services.forecast.waterfall.parameters import Selected
from shared.reporting.figures import MOST_GROUPS, defined, known_money, money, period_shown, ratio
from shared.reporting.parameters import PresentPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/forecast/slippage", tags=["forecast"])
_READ = permission("forecast:read")


@router.get(
    "",
    response_model=SlippageOut,
    response_model_exclude_unset=True,
    openapi_extra=_READ,
    summary="What was to close in a period and did not",
)
async def get_slippage(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: PresentPeriod,
    selected: Selected,
    times: Annotated[
        int, Query(ge=0, le=100, description="`pushed_more_than` counts deals put off more often than this.")
    ] = USUAL_TIMES,
    group_by: Annotated[
        GroupBy | None,
        Query(
            description="Of deals due: as it was at the start; of pushes: as it was then, in the teams "
            "of the period's end, or of now."
        ),
    ] = None,
) -> SlippageOut:
    """Deals that were to close in the period, as known at its start, by what became of them until its end, or
    now; share = slipped / due, by deals and by amount. Beside it how often close dates of open deals were
    put off in the period, by how many days, and by month. In the organisation's currency, within the
    caller's scope. Problems: 400 `period_invalid`, also for a period that has not begun."""
    told = await last_event_at(connection)
    wanted = await question(connection, asked, selected, by=caller, now=now)
    found = await measure_slippage(connection, wanted, group_by=group_by, times=times)
    period, currency = wanted.period, wanted.compared.currency
    return SlippageOut(
        period=period_shown(period),
        until=wanted.until,
        currency=currency,
        times=times,
        group_by=group_by,
        groups=[_group(each, group_by, currency) for each in found.groups[:MOST_GROUPS]],
        groups_left_out=max(0, len(found.groups) - MOST_GROUPS),
        months=[_month(month, pushes) for month, pushes in found.months.items()],
        last_event_at=told,
        definitions=defined(MEANINGS, f"{period.name}: {period.starts_on} to {period.ends_on}"),
        **_figures(found.whole, currency),
    )


@router.get(
    "/deals",
    response_model=Page[DueDealOut],
    openapi_extra={**_READ, **DUE_OPENAPI},
    summary="The deals that were to close in a period",
)
async def list_due_deals(
    *,
    request: Request,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: PresentPeriod,
    selected: Selected,
) -> Response:
    """Each with what became of it: `fate=slipped` are those behind the figure, those that slipped furthest
    first. Amounts are those of the start. Problems: 400."""
    wanted = await question(connection, asked, selected, by=caller, now=now)
    currency = wanted.compared.currency

    def to_item(row: Row[Any]) -> DueDealOut:
        values = _named(row, DueDealOut.model_fields)
        return DueDealOut(**{**values, "amount": known_money(values["amount"], currency)})

    return await due_listing(wanted.due).answer(connection, request, to_item=to_item)


@router.get(
    "/pushes",
    response_model=Page[PushedDealOut],
    openapi_extra={**_READ, **PUSHED_OPENAPI},
    summary="The deals whose close date was put off in a period",
)
async def list_pushed_deals(
    *,
    request: Request,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: PresentPeriod,
    selected: Selected,
) -> Response:
    """How often each was put off in the period and by how many days, the most often first: `pushes=gt:2`.
    As it stood after the last time. Problems: 400."""
    wanted = await question(connection, asked, selected, by=caller, now=now)

    def to_item(row: Row[Any]) -> PushedDealOut:
        values = _named(row, PushedDealOut.model_fields)
        return PushedDealOut(**{**values, "amount": known_money(values["amount"], row._mapping["currency"])})

    return await pushed_listing(wanted.pushes).answer(connection, request, to_item=to_item)


def _named(row: Row[Any], names: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row._mapping[name] for name in names}


def _group(group: Group, group_by: GroupBy | None, currency: str) -> SlippageGroupOut:
    key = "stage" if group_by == "stage" else f"{group_by}_id"
    named = {"name": group.name} if group_by in ("team", "product") else {}
    return SlippageGroupOut.model_validate({key: group.key, **named, **_figures(group, currency)})


def _figures(group: Group, currency: str) -> dict[str, Any]:
    found = group.slippage
    due, slipped = found.due, found.of("slipped")
    met = {fate: found.of(fate) for fate in FATES} | {"due": due}
    return {
        **{name: MetOut(deals=each.deals, amount=money(each.amount, currency)) for name, each in met.items()},
        "share_of_deals": ratio(slipped.deals, due.deals),
        "share_of_amount": ratio(slipped.amount, due.amount),
        "average_days": known_ratio(found.average_days),
        "median_days": known_ratio(found.median_days),
        "pushes": PushesOut(**_pushes(group.pushes)),
    }


def _month(month: date, pushes: Pushes) -> MonthOut:
    return MonthOut(month=month, **_pushes(pushes))


def _pushes(pushes: Pushes) -> dict[str, Any]:
    return {
        "pushes": pushes.pushes,
        "deals": pushes.deals,
        "days": pushes.days,
        "average_days_pushed": ratio(pushes.days, pushes.pushes),
        "pushed_more_than": pushes.often,
    }
