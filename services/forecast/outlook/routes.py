"""`GET /v1/forecast`."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from services.forecast.outlook.definitions import definitions_of
from services.forecast.outlook.domain import FIGURES, NAMED, GroupBy, Outlook, Rollup
from services.forecast.outlook.parameters import ChosenDeals, PricedIn
from services.forecast.outlook.queries import GroupKey
from services.forecast.outlook.schemas import DealCountsOut, ForecastOut, GroupOut
from services.forecast.outlook.use_cases.look_ahead import Forecast, Group, look_ahead
from services.forecast.prediction.schemas import range_shown
from shared.contracts.money import Money
from shared.contracts.periods import Calendar
from shared.reporting.parameters import KnownPeriod
from shared.reporting.schemas import PeriodOut
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/forecast", tags=["forecast"])


@router.get(
    "",
    response_model=ForecastOut,
    response_model_exclude_unset=True,
    openapi_extra=permission("forecast:read"),
    summary="What was closed in a period and what may still close in it",
)
async def get_forecast(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: KnownPeriod,
    chosen: ChosenDeals,
    priced: PricedIn,
    group_by: Annotated[
        GroupBy | None,
        Query(
            description="`team` is the owner's team, as it was `as_of`; with `team_id`, the teams right "
            "below it, each with all below itself, and the team's own members as the group of the team "
            "itself. `territory` likewise with `territory_id`. `month` and `week` are those of the closing "
            "dates, in order."
        ),
    ] = None,
    rollup: Annotated[
        Rollup,
        Query(
            description="`cumulative`: a figure includes all stronger ones. `single`: each category alone."
        ),
    ] = "cumulative",
) -> ForecastOut:
    """Closed, commit, most likely, best case, open pipeline and weighted, in the organisation's currency or
    the one asked for. The deals behind each figure: `GET /v1/forecast/deals` with the same parameters.

    Within the caller's scope: own deals, those of the manager's teams, or all. Every figure comes with its
    definition. `known_at` leaves out what was told later: together with `as_of` it is what a forecast made
    then would have said. Problems: 400 `period_invalid`, `invalid_parameter`, `unknown_parameter`;
    422 `rate_missing` (names currency and day: set the rate, or ask with `rates=current`).
    """
    forecast = await look_ahead(
        connection,
        asked,
        chosen,
        by=caller,
        rollup=rollup,
        group_by=group_by,
        now=now,
        currency=priced.currency,
        rates=priced.rates,
    )
    return _answer(forecast)


def _answer(forecast: Forecast) -> ForecastOut:
    period = forecast.question.period
    return ForecastOut(
        period=PeriodOut(name=period.name, first=period.starts_on, last=period.ends_on),
        as_of=forecast.as_of,
        known_at=forecast.question.known_at,
        currency=forecast.price.currency,
        rates=forecast.price.rates,
        rollup=forecast.rollup,
        group_by=forecast.group_by,
        groups=[_group(group, forecast) for group in forecast.groups],
        groups_left_out=forecast.groups_left_out,
        working_days_left=forecast.working_days_left,
        last_event_at=forecast.last_event_at,
        definitions=definitions_of(period, forecast.rollup, forecast.price),
        state=forecast.foretold.state if forecast.foretold else None,
        **_figures(forecast.whole, forecast.price.currency),
        **range_shown(forecast.foretold.whole if forecast.foretold else None, forecast.price.currency),
    )


def _group(group: Group, forecast: Forecast) -> GroupOut:
    """Only the key grouped by is set, so that only it is in the answer, with a name where it has one.

    Constructed of what is of its type already: validating 500 groups takes longer than adding them up.
    """
    by = str(forecast.group_by)
    key = by if by in GroupOut.model_fields else f"{by}_id"
    named = {"name": group.name} if by in NAMED else {}
    currency, of_group = forecast.price.currency, group.key if isinstance(group.key, UUID) else None
    expected = forecast.foretold.groups.get(of_group) if forecast.foretold else None
    shown = {key: _written(group.key, by), **named, **_figures(group.outlook, currency)}
    shown |= range_shown(expected, currency)
    return GroupOut.model_construct(None, **shown)


def _written(key: GroupKey, group_by: str) -> GroupKey:
    """A month or week as periods are written."""
    return Calendar().current_name(group_by, key) if isinstance(key, date) else key


def _figures(outlook: Outlook, currency: str) -> dict[str, Any]:
    amounts: dict[str, Decimal | None] = {
        **{figure: outlook.amounts[figure] for figure in FIGURES},
        "weighted": outlook.weighted,
        "target": outlook.target,
        "gap_to_target": outlook.gap_to_target,
        "needed_per_working_day": outlook.needed_per_working_day,
    }
    return {
        **{
            name: None if amount is None else Money.model_construct(amount=amount, currency=currency)
            for name, amount in amounts.items()
        },
        "deals": DealCountsOut.model_construct(None, **{str(name): n for name, n in outlook.deals.items()}),
        "unweighted_deals": outlook.unweighted_deals,
        "deals_without_amount": outlook.deals_without_amount,
        "undated_deals": outlook.undated_deals,
        "attainment": outlook.attainment,
        "coverage": outlook.coverage,
    }
