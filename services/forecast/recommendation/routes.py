"""`GET /v1/recommendations`."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.forecast.recommendation.definitions import DEFINITIONS
from services.forecast.recommendation.domain import ACTIONS, FEWEST_CASES, Action, BestTime, Cases
from services.forecast.recommendation.schemas import (
    ActionOut,
    AdviceOut,
    BestTimeOut,
    ContactTimesOut,
    EvidenceOut,
    RecommendationsOut,
    WinChanceOut,
)
from services.forecast.recommendation.use_cases.recommend import Advice, recommend
from shared.reporting.figures import TEN_THOUSANDTH, defined, known_money
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/recommendations", tags=["forecast"])


@router.get(
    "",
    response_model=RecommendationsOut,
    openapi_extra=permission("forecast:read"),
    summary="What to do next, and when to get in touch",
)
async def get_recommendations(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    deal_id: Annotated[UUID | None, Query(description="This open deal alone.")] = None,
    owner_id: Annotated[UUID | None, Query(description="Open deals of this member.")] = None,
) -> RecommendationsOut:
    """Win chance, next best action and best time to contact of one open deal, or of the 20 with the largest
    value, each with its explanation and sample size. Within the caller's deals; the evidence is counted over
    all deals of the organisation. Problems: 404 `deal_not_found`.
    """
    found = await recommend(connection, deal_id=deal_id, owner_id=owner_id, by=caller, now=now)
    return RecommendationsOut(
        as_of=found.as_of,
        deals=[_advice(each, found.currency) for each in found.advice],
        best_time_to_contact=ContactTimesOut(
            state="ok" if found.times else "insufficient_history",
            time_zone=found.time_zone,
            tries=sum(each.tries for each in found.slots),
            answered=sum(each.answered for each in found.slots),
            best=[_time(each) for each in found.times],
        ),
        definitions=defined(DEFINITIONS, "Deals of the last two years, activities of the last year."),
    )


def _advice(advice: Advice, currency: str) -> AdviceOut:
    deal, chance = advice.deal, advice.chance
    shown = None
    if chance is not None:
        shown = WinChanceOut(
            probability=_rounded(chance.probability),
            method=chance.method,
            sample_size=chance.sample_size,
            as_of=chance.as_of,
        )
    return AdviceOut(
        deal_id=deal.id,
        name=deal.name,
        owner_id=deal.owner_id,
        stage=deal.stage,
        value=known_money(deal.value, currency),
        expected_close=deal.expected_close,
        last_activity_at=deal.last_activity_at,
        win_chance=shown,
        actions=[_action(each) for each in advice.actions],
    )


def _action(each: Action) -> ActionOut:
    return ActionOut(
        rule=each.rule,
        action=ACTIONS[each.rule],
        explanation=each.fact if each.cases is None else f"{each.fact} {_words(each.cases)}",
        evidence=None if each.cases is None else _evidence(each.cases),
    )


def _words(cases: Cases) -> str:
    if cases.lift is None:
        return f"What that is worth is not known: fewer than {FEWEST_CASES} deals on one side, or none won."
    return (
        f"Of {cases.with_sign + cases.without} deals those where it was otherwise were won {cases.lift:.1f} "
        "times as often."
    )


def _evidence(cases: Cases) -> EvidenceOut:
    return EvidenceOut(
        state="insufficient_history" if cases.lift is None else "ok",
        lift=None if cases.lift is None else _rounded(cases.lift),
        deals_with=cases.with_sign,
        won_with=cases.won_with,
        deals_without=cases.without,
        won_without=cases.won_without,
    )


def _time(best: BestTime) -> BestTimeOut:
    slot = best.slot
    return BestTimeOut(
        weekday=slot.weekday,
        from_hour=slot.hour,
        to_hour=slot.hour + 4,
        answer_rate=_rounded(best.rate),
        tries=slot.tries,
        answered=slot.answered,
    )


def _rounded(number: float) -> Decimal:
    return Decimal(str(number)).quantize(TEN_THOUSANDTH)
