"""`GET /v1/analytics/loss-reasons`."""

from dataclasses import replace
from typing import Annotated, cast

from fastapi import Query

from services.pipeline.deal_report.schemas import Cut, CutDeals
from services.pipeline.loss_reason.domain import Outcome
from services.pipeline.loss_report.schemas import OWN_SPLITS, Interval, LossReasonsOut, OwnSplit, Split
from services.pipeline.loss_report.use_cases.count_reasons import count_reasons
from shared.contracts.errors import FieldError
from shared.reporting.parameters import PresentPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.problem import Problem
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/analytics", tags=["analytics"])


@router.get(
    "/loss-reasons",
    response_model=LossReasonsOut,
    openapi_extra=permission("deals:read"),
    summary="Why deals were lost, or won",
)
async def get_loss_reasons(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: PresentPeriod,
    outcome: Outcome = "lost",
    interval: Annotated[
        Interval | None, Query(description="The table by week, month, quarter or year.")
    ] = None,
    split_by: Annotated[
        Split | None,
        Query(
            description="By the stage in which they ended, by competitor, or by anything `group_by` takes; "
            "not both."
        ),
    ] = None,
    cut: CutDeals,
) -> LossReasonsOut:
    """For each reason the deals that closed in the period, how many and what they were worth in base
    currency, with their shares in their interval and part.

    deals_share = deals of the reason / deals of all reasons there; null when there are none. Reasons
    retired and words that are no reason of the organisation count as they were given. Only deals that the
    caller may list are counted. Quarters and years are the organisation's. At most 500 rows; `left_out`
    says how many more.

    Problems: 400 `period_invalid`, `invalid_parameter`, `unknown_parameter`; 503 `organisation_unknown`.
    """
    cut, own_split = _divided(cut, split_by)
    return await count_reasons(
        connection,
        caller,
        asked,
        cut,
        outcome=outcome,
        interval=interval,
        own_split=own_split,
        now=now,
    )


def _divided(cut: Cut, split_by: Split | None) -> tuple[Cut, OwnSplit | None]:
    """The cut, and what only this report can be split by."""
    if split_by is None:
        return cut, None
    if cut.group_by is not None:
        detail = "Give either split_by or group_by."
        errors = [FieldError("/query/split_by", "contradicts_group_by", detail)]
        raise Problem("invalid_parameter", detail, errors)
    if split_by in OWN_SPLITS:
        return cut, cast(OwnSplit, split_by)
    return replace(cut, group_by=split_by), None
