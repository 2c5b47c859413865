"""`GET /v1/forecast/bottom-up`."""

from decimal import Decimal
from typing import Annotated, Any

from fastapi import Query

from services.forecast.bottom_up.definitions import DEFINITIONS
from services.forecast.bottom_up.domain import bias, wape
from services.forecast.bottom_up.schemas import (
    AccuracyOut,
    BottomUpOut,
    IndividualOut,
    ProposedTarget,
    TargetLink,
    TeamOut,
    TrialOut,
)
from services.forecast.bottom_up.use_cases.reckon_bottom_up import BottomUp, Part, reckon_bottom_up
from services.forecast.deal_sample.schemas import Cut, CutDeals
from shared.reporting.figures import (
    MOST_GROUPS,
    TEN_THOUSANDTH,
    defined,
    known_money,
    money,
    period_shown,
)
from shared.reporting.parameters import KnownPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/forecast/bottom-up", tags=["forecast"])


@router.get(
    "",
    response_model=BottomUpOut,
    openapi_extra=permission("forecast:read"),
    summary="A period from the average pipeline of each individual",
)
async def get_bottom_up(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: KnownPeriod,
    cut: CutDeals,
    individuals: Annotated[
        int | None, Query(ge=0, le=1_000_000, description="How many will sell, instead of those of then.")
    ] = None,
) -> BottomUpOut:
    """expected = market growth factor x average pipeline of an individual x win rate x individuals, whole, by
    team and by individual, each from its own past; within the caller's deals. The last four finished
    periods of the same kind are looked at; `accuracy` is that of the four periods walked through.

    `set_as_target` is the request that makes a target of it. Problems: 400 `period_invalid`.
    """
    found = await reckon_bottom_up(connection, asked, cut, by=caller, individuals=individuals, now=now)
    period, currency = found.question.period, found.currency
    when = (
        f"{period.name}: {period.starts_on} to {period.ends_on}, from deals decided from "
        f"{found.spans[-1].starts_on} to {found.spans[0].ends_on} in the organisation's time zone."
    )
    parts = (found.teams, found.individuals)
    return BottomUpOut(
        period=period_shown(period),
        as_of=found.as_of,
        currency=currency,
        growth_factor=Decimal(1) if found.growth is None else found.growth.factor,
        market_growth=found.growth,
        reckoned_from=found.spans[-1].starts_on,
        reckoned_to=found.spans[0].ends_on,
        teams=[
            TeamOut(team_id=each.key, name=each.name, **_factors(each, currency))
            for each in found.teams[:MOST_GROUPS]
        ],
        individuals_by_owner=[
            IndividualOut.model_validate({"owner_id": each.key, **_factors(each, currency)})
            for each in found.individuals[:MOST_GROUPS]
        ],
        parts_left_out=sum(max(0, len(each) - MOST_GROUPS) for each in parts),
        accuracy=_accuracy(found),
        set_as_target=_proposed(found, cut),
        last_event_at=found.last_event_at,
        definitions=defined(DEFINITIONS, when),
        **_factors(found.whole, currency),
    )


def _factors(part: Part, currency: str) -> dict[str, Any]:
    basis, enough = part.basis, part.expected is not None
    rate = basis.win_rate
    return {
        "state": "ok" if enough else "insufficient_history",
        "individuals": part.individuals,
        "average_pipeline": known_money(basis.average_pipeline, currency) if enough else None,
        "win_rate": rate.quantize(TEN_THOUSANDTH) if enough and rate is not None else None,
        "expected": known_money(part.expected, currency),
        "decided_deals": basis.decided.deals,
        "won_deals": basis.decided.won,
        "spans": basis.spans,
    }


def _accuracy(found: BottomUp) -> AccuracyOut:
    return AccuracyOut(
        spans=len(found.trials),
        wape=wape(found.trials),
        bias=bias(found.trials),
        trials=[
            TrialOut(
                period=period_shown(found.spans[each.span - 1]),
                expected=money(each.expected, found.currency),
                actual=money(each.actual, found.currency),
            )
            for each in found.trials
        ],
    )


def _proposed(found: BottomUp, cut: Cut) -> TargetLink | None:
    """A target is for a team or a member, not for both, and a product's is for all of its deals."""
    given = [each for each in (cut.team_id, cut.owner_id) if each is not None]
    if found.whole.expected is None or len(given) > 1 or cut.product_id is not None:
        return None
    amount = money(found.whole.expected, found.currency)
    return TargetLink(
        body=ProposedTarget(
            period=found.question.period.name, amount=amount, team_id=cut.team_id, owner_id=cut.owner_id
        )
    )
