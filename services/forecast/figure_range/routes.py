"""`GET /v1/forecast/figures`."""

from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from services.forecast.bottom_up.domain import bias, wape
from services.forecast.deal_sample.schemas import Cut, Split
from services.forecast.figure_range.domain import DEFINITIONS, Open
from services.forecast.figure_range.schemas import FiguresOut, GroupOut, MethodOut
from services.forecast.figure_range.use_cases.survey_range import Group, Range, survey_range
from shared.reporting.figures import MOST_GROUPS, defined, known_money, money, period_shown
from shared.reporting.parameters import AskedPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/forecast/figures", tags=["forecast"])
_ACCURACY = "/v1/forecast/accuracy"


@router.get(
    "",
    response_model=FiguresOut,
    response_model_exclude_unset=True,
    openapi_extra=permission("forecast:read"),
    summary="A range of figures, and several methods side by side",
)
async def get_figures(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: AskedPeriod,
    team_id: Annotated[UUID | None, Query(description="This team and every team below it.")] = None,
    owner_id: Annotated[UUID | None, Query(description="Deals and leads of this member.")] = None,
    group_by: Annotated[
        Split | None, Query(description="`product`, `territory` or `owner`; territories are those of now.")
    ] = None,
) -> FiguresOut:
    """Near closings, the pipeline in development, what lies later, and leads to come, by product, territory
    or rep; beside them what several methods say of the period's revenue, each with how good it was.

    Within the caller's deals and leads. Problems: 400 `period_invalid`, `invalid_parameter`.
    """
    found = await survey_range(connection, asked, Cut(team_id, owner_id), by=caller, split=group_by, now=now)
    leads = found.leads
    period = leads.question.period
    when = (
        f"{period.name}: {period.starts_on} to {period.ends_on}; open deals by expected close, won ones by "
        "their closing date, in the organisation's time zone."
    )
    return FiguresOut(
        period=period_shown(period),
        as_of=leads.as_of,
        currency=leads.currency,
        group_by=group_by,
        groups=[_group(each, group_by, leads.currency) for each in found.groups[:MOST_GROUPS]],
        groups_left_out=max(0, len(found.groups) - MOST_GROUPS),
        methods=_methods(found),
        last_event_at=leads.last_event_at,
        definitions=defined(DEFINITIONS, when),
        **_range(found.whole, leads.expected, leads.currency),
    )


def _group(group: Group, split: Split | None, currency: str) -> GroupOut:
    named = {} if split == "owner" else {"name": group.name}
    return GroupOut.model_validate(
        {f"{split}_id": group.key, **named, **_range(group.open, group.leads, currency)}
    )


def _range(sums: Open, leads: Decimal | None, currency: str) -> dict[str, Any]:
    names = ("closed", "near_closings", "development", "later", "overdue", "undated")
    return {
        **{name: money(getattr(sums, name), currency) for name in names},
        "leads_to_come": known_money(leads, currency),
        "open_deals": sums.deals,
        "deals_without_amount": sums.without_amount,
    }


def _methods(found: Range) -> list[MethodOut]:
    whole, currency = found.whole, found.leads.currency
    weighted = whole.closed + whole.weighted
    leads, trials = found.leads.expected, found.bottom_up.trials

    def method(name: str, meaning: str, amount: Decimal | None, url: str, **how_good: Any) -> MethodOut:
        return MethodOut.model_validate(
            {
                "method": name,
                "meaning": meaning,
                "amount": known_money(amount, currency),
                "state": "insufficient_history" if amount is None else "ok",
                "wape": None,
                "bias": None,
                "accuracy_url": url,
            }
            | how_good
        )

    return [
        method("commit", "Closed plus open deals in commit.", whole.closed + whole.commit, _ACCURACY),
        method("weighted", "Closed plus amount times probability of the open deals.", weighted, _ACCURACY),
        method(
            "weighted_and_leads",
            "Weighted plus leads to come.",
            None if leads is None else weighted + leads,
            "/v1/forecast/sources",
        ),
        method(
            "bottom_up",
            "Market growth x average pipeline of an individual x win rate x individuals.",
            found.bottom_up.whole.expected,
            "/v1/forecast/bottom-up",
            wape=wape(trials),
            bias=bias(trials),
        ),
        method(
            "predicted",
            "Closed plus what open deals and new business bring on average, from the organisation's own "
            "past: `mean` of `GET /v1/forecast/prediction`.",
            found.predicted,
            _ACCURACY,
        ),
    ]
