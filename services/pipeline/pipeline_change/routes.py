"""`PATCH /v1/pipelines/{id}`, its preview, `/retire`, `/supervisors`, and `/v1/pipeline-changes`."""

from uuid import UUID

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.pipeline import repository as pipelines
from services.pipeline.pipeline.rows import as_pipeline
from services.pipeline.pipeline.schemas import PipelinePatch, StageEdit, Supervisors, pipeline_out
from services.pipeline.pipeline_change import repository
from services.pipeline.pipeline_change.domain import Job
from services.pipeline.pipeline_change.queries import LISTING
from services.pipeline.pipeline_change.schemas import (
    JobOut,
    PipelineChanged,
    PreviewOut,
    Retire,
    impact_out,
    job_out,
)
from services.pipeline.pipeline_change.use_cases.change_pipeline import (
    change_pipeline,
    preview_change,
    retire_pipeline,
)
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny, set_etag
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1", tags=["pipelines"])
_READ, _WRITE = permission("pipelines:read"), permission("pipelines:write")


@router.patch(
    "/pipelines/{pipeline_id}",
    response_model=PipelineChanged,
    openapi_extra=_WRITE,
    summary="Edit a pipeline",
)
async def patch_pipeline(
    *,
    pipeline_id: UUID,
    body: PipelinePatch,
    if_match: IfMatch,
    _: Caller,
    connection: Transaction,
    now: Now,
    response: Response,
) -> PipelineChanged:
    """A merge patch; every edit is a new version, and earlier ones are kept. `stages` is the whole list.

    Deals in a stage that goes need a target in `moves`, else 409 `stage_in_use` with counts. Up to 1,000
    deals follow at once, more by the worker: see `change`. 409 `pipeline_in_use` to switch off a pipeline
    with open deals, `state_conflict` to leave no default pipeline; 412; 422 `expression_invalid` with line
    and column, `stage_unknown`, and `validation_failed` where `apply_probabilities` has to be said.
    """
    job = await change_pipeline(connection, pipeline_id, body, seen_version=if_match, now=now)
    return await _answer(connection, pipeline_id, job, response)


@router.post(
    "/pipelines/{pipeline_id}/preview",
    response_model=PreviewOut,
    openapi_extra=_WRITE,
    summary="Preview an edit",
)
async def post_preview(pipeline_id: UUID, body: PipelinePatch, _: Caller, connection: Reading) -> Response:
    """What an edit would mean for the open deals of each stage: count and value (base currency), which stages
    need a target, which probabilities and categories would change. Nothing is written. It is for those
    who may edit, as it counts all deals. 404 `pipeline_not_found`; 422 as the edit."""
    seen = await preview_change(connection, pipeline_id, body)
    shown = {
        "pipeline_id": pipeline_id,
        "version": seen.pipeline.version,
        **impact_out(seen.impact, seen.currency),
    }
    return Response(json_body.dumps(shown), media_type="application/json")


@router.post(
    "/pipelines/{pipeline_id}/retire",
    response_model=PipelineChanged,
    openapi_extra=_WRITE,
    summary="Retire a pipeline",
)
async def post_retire(
    *,
    pipeline_id: UUID,
    body: Retire | None = None,
    if_match: IfMatchOrAny,
    _: Caller,
    connection: Transaction,
    now: Now,
    response: Response,
) -> PipelineChanged:
    """It takes no new deals; its open ones go on in the target pipeline, by stage. 409 `stage_in_use` for
    stages with open deals and no target, `state_conflict` for the default pipeline; 404; 412; 422; 428."""
    said = body or Retire()
    job = await retire_pipeline(
        connection,
        pipeline_id,
        target_id=said.target_pipeline_id,
        moves=said.moves,
        apply_probabilities=said.apply_probabilities,
        seen_version=if_match,
        now=now,
    )
    return await _answer(connection, pipeline_id, job, response)


@router.put(
    "/pipelines/{pipeline_id}/supervisors",
    response_model=PipelineChanged,
    openapi_extra=_WRITE,
    summary="Name the supervisors",
)
async def put_supervisors(
    *,
    pipeline_id: UUID,
    body: Supervisors,
    if_match: IfMatchOrAny,
    _: Caller,
    connection: Transaction,
    now: Now,
    response: Response,
) -> PipelineChanged:
    """Who answers for a part of the process; may read all deals in the stages named. A new version of the
    pipeline. 404 `pipeline_not_found`; 412; 422 `stage_unknown`; 428."""
    before = await pipelines.get(connection, pipeline_id)
    named = {
        before.stage(wanted, pointer=f"/stages/{wanted}").id: member for wanted, member in body.stages.items()
    }
    stages = tuple(
        StageEdit.model_validate(
            {"id": stage.id, **({"supervisor_id": named[stage.id]} if stage.id in named else {})}
        )
        for stage in before.stages
    )
    patch = PipelinePatch(stages=stages)
    job = await change_pipeline(connection, pipeline_id, patch, seen_version=if_match, now=now)
    return await _answer(connection, pipeline_id, job, response)


@router.get(
    "/pipeline-changes",
    response_model=Page[JobOut],
    openapi_extra={**_READ, **LISTING.openapi},
    summary="Changes whose deals follow",
)
async def list_changes(_: Caller, request: Request, connection: Reading) -> Response:
    """The newest first; `pipeline_id=`, `status=running`."""
    return await LISTING.answer(connection, request)


@router.get(
    "/pipeline-changes/{change_id}",
    response_model=JobOut,
    openapi_extra=_READ,
    summary="How far a change has come",
)
async def get_change(change_id: UUID, _: Caller, connection: Reading) -> JobOut:
    """`done` of `total` deals. 404 `pipeline_change_not_found`."""
    return job_out(await repository.get(connection, change_id))


async def _answer(
    connection: AsyncConnection, pipeline_id: UUID, job: Job | None, response: Response
) -> PipelineChanged:
    row = await pipelines.get_row(connection, pipeline_id)
    set_etag(response, row["version"])
    shown = pipeline_out(as_pipeline(row), row["created_at"], row["updated_at"])
    return PipelineChanged(**dict(shown), change=job and job_out(job))
