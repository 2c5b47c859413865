"""`/v1/forecast/scenarios`."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.forecast.deal_sample.schemas import CutDeals
from services.forecast.scenario import repository
from services.forecast.scenario.results import results_out
from services.forecast.scenario.rows import LISTING, shown, visible
from services.forecast.scenario.schemas import (
    GroupBy,
    ResultsOut,
    ScenarioIn,
    ScenarioOut,
    ScenarioPatch,
)
from services.forecast.scenario.use_cases.keep_scenario import (
    change_scenario,
    make_scenario,
    put_away_scenario,
)
from services.forecast.scenario.use_cases.play_scenario import play_scenario
from shared.reporting.parameters import AskedPeriod
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny, set_etag
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/forecast/scenarios", tags=["scenarios"])
_READ, _WRITE = permission("scenarios:read"), permission("scenarios:write")


@router.post("", response_model=ScenarioOut, status_code=201, openapi_extra=_WRITE, summary="Keep a scenario")
async def post_scenario(
    body: ScenarioIn, response: Response, connection: Transaction, caller: Caller, now: Now
) -> ScenarioOut:
    """A name and up to 20 assumptions: customers lost, price fall, demand fall, slip by days, a rep
    leaves, another win rate, a category counted as another. `/results` plays it.

    Problems: 422 `validation_failed`, `reference_unknown`."""
    made = await make_scenario(connection, body, by=caller, now=now)
    set_etag(response, made.version)
    response.headers["Location"] = f"/v1/forecast/scenarios/{made.id}"
    return made


@router.get("", response_model=Page[ScenarioOut], openapi_extra=_READ | LISTING.openapi, summary="Scenarios")
async def list_scenarios(request: Request, connection: Reading, caller: Caller) -> Response:
    """Of a manager those made in the teams below, of whoever sees everything all."""
    return await LISTING.answer(connection, request, where=[visible(caller)], to_item=shown)


@router.get("/{scenario_id}", response_model=ScenarioOut, openapi_extra=_READ, summary="One scenario")
async def get_scenario(
    scenario_id: UUID, response: Response, connection: Reading, caller: Caller
) -> ScenarioOut:
    """With its ETag. Problems: 404 `scenario_not_found`, also for one the caller may not see."""
    found = await repository.get(connection, scenario_id, caller)
    set_etag(response, found.version)
    return found


@router.patch("/{scenario_id}", response_model=ScenarioOut, openapi_extra=_WRITE, summary="Change a scenario")
async def patch_scenario(
    *,
    scenario_id: UUID,
    body: ScenarioPatch,
    response: Response,
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatch,
) -> ScenarioOut:
    """The next version; earlier ones can still be played. Edits of different fields merge. Problems: 404
    `scenario_not_found`; 412 `version_conflict` with base, theirs and yours; 422 `validation_failed`,
    `reference_unknown`; 428 `precondition_required`."""
    changed = await change_scenario(connection, scenario_id, body, by=caller, seen_version=seen, now=now)
    set_etag(response, changed.version)
    return changed


@router.delete("/{scenario_id}", status_code=204, openapi_extra=_WRITE, summary="Put a scenario away")
async def delete_scenario(
    scenario_id: UUID, connection: Transaction, caller: Caller, now: Now, seen: IfMatchOrAny
) -> None:
    """It is listed no more. Problems: 404 `scenario_not_found`; 412 `version_conflict`; 428
    `precondition_required` (If-Match may be `*`)."""
    await put_away_scenario(connection, scenario_id, by=caller, seen_version=seen, now=now)


@router.get(
    "/{scenario_id}/results",
    response_model=ResultsOut,
    response_model_exclude_unset=True,
    openapi_extra=_READ,
    summary="What a scenario does to a period and its plan",
)
async def get_results(
    *,
    scenario_id: UUID,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: AskedPeriod,
    cut: CutDeals,
    group_by: Annotated[GroupBy | None, Query(description="`product`, `territory` or `owner`.")] = None,
    version: Annotated[int | None, Query(ge=1, description="An earlier version of the scenario.")] = None,
) -> ResultsOut:
    """Forecast and plan before and after, all assumptions together and each alone, what is hit, and how
    much hangs on the largest customers. forecast = closed + amount x probability + leads to come.
    Without assumptions that reach a deal nothing changes. Within the caller's deals.

    Problems: 400 `period_invalid`; 404 `scenario_not_found`.
    """
    found = await play_scenario(connection, scenario_id, asked, cut, by=caller, version=version, now=now)
    return await asyncio.to_thread(results_out, found, group_by)
