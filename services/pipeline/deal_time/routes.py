"""`/v1/deals/late-stages`, `/v1/deals/stale`, `/v1/kpis/stage-on-time`."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.pipeline.deal.rows import DEALS
from services.pipeline.deal.scope import readable_by
from services.pipeline.deal_time import queries
from services.pipeline.deal_time.schemas import (
    GroupBy,
    LateStageOut,
    StageOnTime,
    StaleDealOut,
    late_stage_out,
    stale_deal_out,
)
from services.pipeline.deal_time.use_cases.measure_punctuality import measure_punctuality
from services.pipeline.pipeline.rows import STAGES
from services.pipeline.tables import ORGANISATION
from shared.organisation.queries import load_working_time, owned_by_team
from shared.reporting.parameters import PresentPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1", tags=["deal times"])
_READ = permission("deals:read")


@router.get(
    "/deals/late-stages",
    response_model=Page[LateStageOut],
    openapi_extra=_READ | queries.LATE.openapi,
    summary="Stages that were late or skipped",
)
async def list_late_stages(request: Request, connection: Reading, caller: Caller, now: Now) -> Response:
    """The latest first: stages that were not done after their `target_days` (working days), also those in
    which the deal still is, and stages that a deal jumped over. `state=late`, `status=open` and the like
    narrow it. Of deals the caller may see, each with who answers for it."""
    working = await load_working_time(connection, ORGANISATION)
    managers = await queries.managers_of(connection)
    return await queries.LATE.answer(
        connection,
        request,
        where=[await readable_by(connection, caller)],
        to_item=late_stage_out(working, managers, now),
    )


@router.get(
    "/deals/stale",
    response_model=Page[StaleDealOut],
    openapi_extra=_READ | queries.STALE.openapi,
    summary="Running deals that are off their course",
)
async def list_stale_deals(request: Request, connection: Reading, caller: Caller, now: Now) -> Response:
    """Those nobody touched for the `rotting_days` of their stage, those late in their stage, and those whose
    close date is over; silent for longest first. With last activity, next step and days in the stage against
    its norm. `rotten=true`, `stage_overdue=true`, `overdue=true`, `has_next_step=false` narrow it."""
    working = await load_working_time(connection, ORGANISATION)
    where = [await readable_by(connection, caller), queries.STALE_NOW]
    return await queries.STALE.answer(connection, request, where=where, to_item=stale_deal_out(working, now))


@router.get(
    "/kpis/stage-on-time",
    response_model=StageOnTime,
    openapi_extra=_READ,
    summary="How many stages are done in time",
    tags=["kpis"],
)
async def get_stage_on_time(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: PresentPeriod,
    group_by: Annotated[GroupBy | None, Query(description="One group for each.")] = None,
    pipeline_id: UUID | None = None,
    owner_id: UUID | None = None,
    team_id: Annotated[UUID | None, Query(description="With the teams below it.")] = None,
) -> StageOnTime:
    """On-time rate = stages done by when they were due / stages due in the period, each counted once for
    every stay of a deal; null without any. Of deals the caller may see. Problems: 400 `period_invalid`."""
    where = [await readable_by(connection, caller)]
    if pipeline_id is not None:
        where.append(STAGES.c.pipeline_id == pipeline_id)
    if owner_id is not None:
        where.append(DEALS.c.owner_id == owner_id)
    if team_id is not None:
        where.append(owned_by_team(ORGANISATION, DEALS.c.owner_id, team_id))
    return await measure_punctuality(connection, asked, group_by, where, now=now)
