"""`/v1/analytics/leaks`: where more is lost, or stays, than before or than elsewhere."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.pipeline.deal.queries import LISTING, listed_deal
from services.pipeline.deal.rows import DEALS
from services.pipeline.deal.schemas import DealOut, deal_out
from services.pipeline.issue.queries import alive_issues
from services.pipeline.leak import queries
from services.pipeline.leak.domain.comparison import Finding
from services.pipeline.leak.domain.counts import By, Cut, Measure
from services.pipeline.leak.schemas import MEANINGS, LeaksOut
from services.pipeline.leak.use_cases.find_leaks import ask, cut_of, find_leaks
from services.pipeline.leak_report.answer import Context, finding_out, stages_out
from shared.reporting.figures import defined, period_shown
from shared.reporting.parameters import PresentPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/analytics/leaks", tags=["leaks"])
_READ = permission("deals:read")
_Months = Annotated[
    int, Query(ge=1, le=36, description="So many months before the period are what it is compared with.")
]


@router.get("", response_model=LeaksOut, openapi_extra=_READ, summary="Where the pipeline leaks")
async def get_leaks(
    *,
    caller: Caller,
    connection: Reading,
    now: Now,
    asked: PresentPeriod,
    earlier_months: _Months = 12,
    pipeline_id: UUID | None = None,
    team_id: UUID | None = None,
) -> LeaksOut:
    """Stages at which a larger share of the deals is lost, or stays too long, than earlier or than of the
    others, for all deals the caller may see and for each rep, team, source, product and forecast category
    (before it left the stage). The period is the last 91 days when none is named.

    Every share is compared by Fisher's exact test, one-sided, where both sides have 30 deals; a finding has
    q <= 0.05 after Benjamini and Hochberg over all comparisons, and is at least 5 points higher. Where
    nothing has changed at most one run in twenty finds anything. Findings about the same deals are told
    once: the clearest, with those that are gone without its deals below it in `explains`. Money is base
    currency.

    A deal counts once for a stage, by its last stay there, for its present owner; one that was reopened is
    not lost; one that was loaded counts when it happened. Problems: 400 `period_invalid`.
    """
    question, when = await ask(connection, caller, asked, earlier_months=earlier_months, now=now)
    question = replace(question, pipeline_id=pipeline_id, team_id=team_id)
    leaks, period = await find_leaks(connection, question), when.period
    context = Context(
        stages=await queries.stage_names(connection, question),
        labels=await queries.labels(connection, _cuts(leaks.findings)),
        limits=leaks.limits,
        issues=await alive_issues(connection, caller),
        currency=question.organisation.base_currency,
        question={
            "from": period.starts_on,
            "to": period.ends_on,
            "earlier_months": earlier_months,
            **({} if team_id is None else {"team_id": team_id}),
        },
    )
    counted = f"from {period.starts_on} to {period.ends_on}, against {when.earlier.name} for `earlier`"
    return LeaksOut(
        state="ok" if leaks.run.comparisons else "insufficient_history",
        period=period_shown(period),
        earlier=period_shown(when.earlier),
        currency=context.currency,
        comparisons=len(leaks.run.comparisons),
        too_small=leaks.run.too_small,
        findings=[finding_out(each, context) for each in leaks.findings],
        stages=stages_out(leaks, context),
        definitions=defined(MEANINGS, counted),
    )


@router.get(
    "/deals",
    response_model=Page[DealOut],
    openapi_extra={**_READ, **LISTING.openapi},
    summary="The deals behind a finding",
)
async def list_leaked_deals(
    *,
    request: Request,
    caller: Caller,
    connection: Reading,
    now: Now,
    asked: PresentPeriod,
    in_stage: Annotated[UUID, Query(description="The stage where they were lost or stuck.")],
    measure: Annotated[Measure, Query(description="`lost` or `stuck`.")],
    by: Annotated[By, Query(description="What they are cut by.")] = "all",
    value: Annotated[str | None, Query(max_length=200, description="Which of these; none for `all`.")] = None,
    earlier_months: _Months = 12,
    team_id: UUID | None = None,
) -> Response:
    """The deals that were lost in the stage in the period, or stayed too long; as `GET /v1/deals` lists them,
    with the same filters. `GET /v1/analytics/leaks` gives the whole path as `deals`. Problems: 400."""
    question, _ = await ask(connection, caller, asked, earlier_months=earlier_months, now=now)
    question = replace(question, stage_id=in_stage, team_id=team_id)
    parents = await queries.team_parents(connection)
    limits = await queries.limits_of(connection, question)
    behind = queries.bad_deals(question, limits, measure, cut_of(by, value), parents=parents)
    return await LISTING.answer(
        connection,
        request,
        where=[question.readable, DEALS.c.id.in_(behind)],
        to_item=lambda row: deal_out(listed_deal(row)),
    )


def _cuts(findings: Sequence[Finding]) -> list[Cut]:
    return [cut for each in findings for cut in (each.comparison.cut, *_cuts(each.explains))]
