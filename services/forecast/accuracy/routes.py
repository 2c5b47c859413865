"""`GET /v1/forecast/accuracy`."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.forecast.accuracy.definitions import MEANINGS, METHODS
from services.forecast.accuracy.domain import MOST_PERIODS, Bin, Calibration, GroupBy, Kind, Point
from services.forecast.accuracy.schemas import (
    AccuracyOut,
    ActualOut,
    BinOut,
    GroupOut,
    GroupSpanScoreOut,
    GroupSpansOut,
    HeldOut,
    MethodOut,
    PointOut,
    PredictionsOut,
    ProbabilitiesOut,
    ScoreOut,
    SpanScoreOut,
    SpansOut,
)
from services.forecast.accuracy.spans import GroupSpans, Spans, SpanScore
from services.forecast.accuracy.use_cases.measure_accuracy import (
    Accuracy,
    AskedAccuracy,
    Group,
    Scored,
    measure_accuracy,
)
from services.forecast.accuracy.use_cases.measure_predictions import Predictions
from services.forecast.outlook.domain import Filter
from shared.reporting.figures import MOST_GROUPS, defined, money, period_shown, ratio
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/forecast/accuracy", tags=["forecast"])


@router.get(
    "",
    response_model=AccuracyOut,
    openapi_extra=permission("forecast:read"),
    summary="How right forecasts of finished periods were",
)
async def get_accuracy(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    kind: Annotated[Kind, Query(description="Fiscal quarters, or months.")] = "quarter",
    periods: Annotated[int, Query(ge=1, le=MOST_PERIODS, description="The last so many finished ones.")] = 8,
    first: Annotated[date | None, Query(alias="from", description="None that begins before.")] = None,
    last: Annotated[date | None, Query(alias="to", description="None that ends after.")] = None,
    group_by: Annotated[GroupBy | None, Query(description="`team`: the owner's present team.")] = None,
    team_id: Annotated[UUID | None, Query(description="This team and every team below it.")] = None,
    owner_id: Annotated[UUID | None, Query(description="Deals of this member.")] = None,
    product_id: Annotated[UUID | None, Query(description="Deals of this product.")] = None,
) -> AccuracyOut:
    """Walks through the past: what each method would have foretold for each finished period at its beginning
    and 90, 60, 30, 14 and 7 days before its end, from what was so and had been told by then; what came of it.

    Error = (actual - forecast) / actual; accuracy = 1 - |actual - forecast| / actual, at least 0 (as HubSpot
    has it); WAPE = sum |actual - forecast| / sum actual; bias = sum (forecast - actual) / sum actual. Beside
    them how the probabilities of stages turned out: Brier score and reliability. `submitted` is what people
    handed in. `predictions`, for who sees all and asks for all, holds the prediction against what came over
    spans of one to three months: WAPE, bias, coverage of the 80 % range, Brier score and reliability of its
    chances, beside simple methods over the same spans. Of deals of the caller's scope, owners as of then.
    Problems: 400 `invalid_parameter`; 503 `organisation_unknown`.
    """
    asked = AskedAccuracy(kind, periods, first, last, group_by, Filter(team_id, owner_id, product_id))
    found = await measure_accuracy(connection, asked, by=caller, now=now)
    currency = found.currency
    spans = f" {found.periods[0].name} to {found.periods[-1].name}" if found.periods else ""
    return AccuracyOut(
        kind=kind,
        group_by=group_by,
        as_of=now,
        currency=currency,
        actual=[
            ActualOut(period=period_shown(period), actual=money(amount, currency))
            for period, amount in zip(found.periods, found.actual, strict=True)
        ],
        methods=[_method(each, currency) for each in found.methods],
        groups=[_group(each, found, group_by) for each in found.groups[:MOST_GROUPS]],
        groups_left_out=max(0, len(found.groups) - MOST_GROUPS),
        probabilities=_probabilities(found.calibration),
        predictions=None if found.predictions is None else _predictions(found.predictions, group_by),
        definitions=defined(
            {**MEANINGS, **{name: (meaning, None) for name, meaning in METHODS.items()}},
            f"Finished periods{spans}, in the organisation's time zone.",
        ),
    )


def _method(scored: Scored, currency: str) -> MethodOut:
    points = [_point(each, currency) for each in scored.points]
    return MethodOut(**_score(scored).model_dump(), points=points)


def _score(scored: Scored) -> ScoreOut:
    score = scored.score
    return ScoreOut(
        method=scored.method,
        horizon=scored.horizon,
        state=score.state,
        periods=score.periods,
        wape=score.wape,
        bias=score.bias,
        accuracy=score.accuracy,
    )


def _point(point: Point, currency: str) -> PointOut:
    return PointOut(
        period=point.look.period.name,
        made_at=point.look.made_at,
        then=point.look.then,
        forecast=money(point.forecast, currency),
        actual=money(point.actual, currency),
        error=point.error,
        accuracy=point.accuracy,
    )


def _group(group: Group, found: Accuracy, group_by: GroupBy | None) -> GroupOut:
    return GroupOut.model_validate(
        {
            f"{group_by}_id": group.key,
            "name": group.name,
            "actual": money(group.actual, found.currency),
            "methods": [_score(each) for each in group.methods],
        }
    )


def _probabilities(found: Calibration) -> ProbabilitiesOut:
    return ProbabilitiesOut(
        state=found.state,
        deals=found.deals,
        undecided=found.undecided,
        brier=found.brier,
        brier_of_share=found.brier_of_share,
        reliability=[_bin(each) for each in found.bins],
    )


def _bin(each: Bin) -> BinOut:
    low, high = each.bounds
    return BinOut(
        low=low,
        high=high,
        deals=each.deals,
        probability=ratio(each.said, each.deals) or 0,
        share_won=ratio(each.won, each.deals) or 0,
    )


def _predictions(found: Predictions, group_by: GroupBy | None) -> PredictionsOut:
    return PredictionsOut(
        spans=[_spans(each) for each in found.spans],
        groups=[_group_spans(each, group_by) for each in found.groups[:MOST_GROUPS]],
        groups_left_out=max(0, len(found.groups) - MOST_GROUPS),
    )


def _spans(found: Spans) -> SpansOut:
    return SpansOut(
        months=found.months,
        methods=[_span_score(each) for each in found.scores],
        parts=[
            HeldOut(group_by=each.group_by, ranges=each.ranges, coverage=each.coverage) for each in found.held
        ],
        chances=_probabilities(found.chances),
    )


def _span_score(found: SpanScore) -> SpanScoreOut:
    score = found.score
    return SpanScoreOut(
        method=found.method,
        state=score.state,
        spans=score.periods,
        wape=score.wape,
        bias=score.bias,
        accuracy=score.accuracy,
        coverage=found.coverage,
    )


def _group_spans(found: GroupSpans, group_by: GroupBy | None) -> GroupSpansOut:
    return GroupSpansOut.model_validate(
        {
            f"{group_by}_id": found.key,
            "name": found.name,
            "spans": [
                GroupSpanScoreOut(months=months, **_span_score(each).model_dump())
                for months, each in found.scores
            ],
        }
    )
