"""`/v1/kpis/closed-business`."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from services.pipeline.closed_business.domain import By, Won, intervals, total
from services.pipeline.closed_business.queries import Found, won_by_day
from services.pipeline.closed_business.schemas import ClosedBusinessOut
from services.pipeline.deal_report.queries import sample_of
from services.pipeline.deal_report.schemas import CutDeals
from services.pipeline.tables import ORGANISATION
from shared.contracts.periods import Period
from shared.organisation.queries import load_organisation
from shared.reporting.asked import question_of
from shared.reporting.figures import MOST_GROUPS, Meanings, defined, money, period_shown
from shared.reporting.parameters import PresentPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/kpis", tags=["analytics"])
_MEANINGS: Meanings = {
    "won_deals": ("Deals won, each counted once, under its owner", None),
    "value": ("Their amounts in base currency, at the rate of the closing day", None),
    "credited": (
        "The same by revenue splits: each member's percent of the amount, the whole of it to the owner where "
        "there are none; shown by owner and team, else it is the value. Overlay splits do not count",
        None,
    ),
    "without_amount": ("Deals won without an amount in the present base currency", None),
}


@router.get(
    "/closed-business",
    response_model=ClosedBusinessOut,
    openapi_extra=permission("deals:read"),
    summary="Business closed, by day to quarter",
)
async def get_closed_business(
    *,
    by: By = "day",
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: PresentPeriod,
    cut: CutDeals,
) -> dict[str, Any]:
    """Won deals whose closing day lies in the period, live: count, value and what of it is credited to whom,
    for each day, week, month or quarter (fiscal) of it, in base currency and the organisation's time zone.
    Of the deals the caller may list.

    Problems: 400 `period_invalid`, `unknown_parameter`; 503 `organisation_unknown`.
    """
    organisation = await load_organisation(connection, ORGANISATION)
    calendar, currency = organisation.calendar, organisation.base_currency
    period = question_of(asked, calendar, now=now).period
    spans = intervals(period, by, calendar, now)
    sample = await sample_of(connection, caller, cut, currency)
    found = await won_by_day(connection, sample, period, cut.group_by, calendar.time_zone)
    groups = _by_key(found) if cut.group_by is not None else {}
    largest = sorted(groups, key=lambda key: (-total(groups[key].values()).value, key or ""))
    return {
        "period": period_shown(period),
        "as_of": now,
        "currency": currency,
        "by": by,
        "group_by": cut.group_by,
        "figures": _shown(total(found.values()), currency),
        "intervals": _in_intervals(_by_day(found), spans, currency),
        "groups": [
            {
                "key": key,
                "figures": _shown(total(groups[key].values()), currency),
                "intervals": _in_intervals(groups[key], spans, currency),
            }
            for key in largest[:MOST_GROUPS]
        ],
        "groups_left_out": max(len(groups) - MOST_GROUPS, 0),
        "definitions": defined(_MEANINGS, "By the local day of the closing."),
    }


def _by_key(found: Found) -> dict[str | None, dict[date, Won]]:
    groups: dict[str | None, dict[date, Won]] = {}
    for (key, day), won in found.items():
        groups.setdefault(key, {})[day] = won
    return groups


def _by_day(found: Found) -> dict[date, Won]:
    days: dict[date, Won] = {}
    for (_, day), won in found.items():
        days[day] = days.get(day, Won()) + won
    return days


def _in_intervals(days: Mapping[date, Won], spans: Sequence[Period], currency: str) -> list[dict[str, Any]]:
    sums = [Won() for _ in spans]
    starts = [span.starts_on for span in spans]
    for day, won in days.items():
        sums[bisect_right(starts, day) - 1] += won
    return [
        {"name": span.name, "first": span.starts_on, "last": span.ends_on, **_shown(won, currency)}
        for span, won in zip(spans, sums, strict=True)
    ]


def _shown(won: Won, currency: str) -> dict[str, Any]:
    return {
        "won_deals": won.won_deals,
        "value": money(won.value, currency),
        "credited": money(won.credited, currency),
        "without_amount": won.without_amount,
    }
