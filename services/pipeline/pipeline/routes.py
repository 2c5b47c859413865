"""`/v1/pipelines`: how sales proceed, and the templates to start from."""

from dataclasses import replace
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Request, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.pipeline import repository
from services.pipeline.pipeline.domain import Pipeline, copied
from services.pipeline.pipeline.queries import LISTING, VERSIONS, pipeline_version_of, version_out
from services.pipeline.pipeline.rows import as_pipeline
from services.pipeline.pipeline.schemas import (
    ActionOut,
    Actions,
    FromTemplate,
    PipelineCopy,
    PipelineCreate,
    PipelineOut,
    TaskOut,
    Templates,
    VersionOut,
    pipeline_out,
)
from services.pipeline.pipeline.templates import TEMPLATES
from services.pipeline.pipeline.use_cases.create_pipeline import create_pipeline
from shared.contracts.ids import new_id
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import set_etag
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.problem import Problem
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1", tags=["pipelines"])
_READ, _WRITE = permission("pipelines:read"), permission("pipelines:write")


@router.get("/pipelines", response_model=Page[PipelineOut], openapi_extra={**_READ, **LISTING.openapi})
async def list_pipelines(_: Caller, request: Request, connection: Reading) -> Response:
    """All pipelines with their stages, oldest first."""
    return await LISTING.answer(connection, request, to_item=lambda row: _out(row._mapping))


@router.post("/pipelines", status_code=201, response_model=PipelineOut, openapi_extra=_WRITE)
async def post_pipeline(
    body: PipelineCreate, _: Caller, connection: Transaction, now: Now, response: Response
) -> PipelineOut:
    """Create a pipeline. 422 when two stages have the same name."""
    pipeline = body.build(new_id)
    await create_pipeline(connection, pipeline, now=now)
    return await _created(connection, pipeline, response)


@router.get("/pipeline-templates", response_model=Templates, openapi_extra=_READ)
async def list_templates(_: Caller) -> dict[str, Any]:
    """The ready pipelines."""
    return {"items": list(TEMPLATES.values())}


@router.post(
    "/pipelines/from-template/{template}", status_code=201, response_model=PipelineOut, openapi_extra=_WRITE
)
async def post_from_template(
    *,
    template: str,
    body: FromTemplate | None = None,
    _: Caller,
    connection: Transaction,
    now: Now,
    response: Response,
) -> PipelineOut:
    """Create a pipeline from a template: `b2b`, `six-step`, `full-cycle`, `three-part`. 404 for another."""
    found = TEMPLATES.get(template)
    if found is None:
        raise Problem("not_found", f"The templates are {', '.join(TEMPLATES)}.")
    wanted = body or FromTemplate()
    pipeline = replace(
        found.build(new_id(), new_id, wanted.supervisors, gates=wanted.gates),
        name=wanted.name or found.name,
        is_default=wanted.is_default,
    )
    await create_pipeline(connection, pipeline, now=now)
    return await _created(connection, pipeline, response)


@router.get("/pipelines/{pipeline_id}", response_model=PipelineOut, openapi_extra=_READ)
async def get_pipeline(pipeline_id: UUID, _: Caller, connection: Reading, response: Response) -> PipelineOut:
    """One pipeline with its ETag. 404 `pipeline_not_found`."""
    return await _answer(connection, pipeline_id, response)


@router.post(
    "/pipelines/{pipeline_id}/copy",
    status_code=201,
    response_model=PipelineOut,
    openapi_extra=_WRITE,
    summary="Copy a pipeline",
)
async def post_copy(
    *,
    pipeline_id: UUID,
    body: PipelineCopy | None = None,
    _: Caller,
    connection: Transaction,
    now: Now,
    response: Response,
) -> PipelineOut:
    """Another pipeline of the same shape, with ids of its own; never the default one. 404."""
    original = await repository.get(connection, pipeline_id, lock=False)
    name = (body or PipelineCopy()).name or f"{original.name[:190]} (copy)"
    pipeline = copied(original, new_id, name=name)
    await create_pipeline(connection, pipeline, now=now)
    return await _created(connection, pipeline, response)


@router.get(
    "/pipelines/{pipeline_id}/versions",
    response_model=Page[VersionOut],
    openapi_extra={**_READ, **VERSIONS.openapi},
    summary="Versions of a pipeline",
)
async def list_versions(pipeline_id: UUID, _: Caller, request: Request, connection: Reading) -> Response:
    """Every version as it stood, the newest first. 404 `pipeline_not_found`."""
    await repository.get_row(connection, pipeline_id)
    where = [VERSIONS.table.c.pipeline_id == pipeline_id]
    return await VERSIONS.answer(connection, request, where=where, to_item=version_out)


@router.get(
    "/pipelines/{pipeline_id}/versions/{version}",
    response_model=VersionOut,
    openapi_extra=_READ,
    summary="A version of a pipeline",
)
async def get_version(
    pipeline_id: UUID, version: Annotated[int, Path(ge=1, le=2**31 - 1)], _: Caller, connection: Reading
) -> Response:
    """The pipeline as it stood then. 404 `pipeline_not_found`, `pipeline_version_not_found`."""
    await repository.get_row(connection, pipeline_id)
    found = await pipeline_version_of(connection, pipeline_id, version)
    return Response(json_body.dumps(version_out(found)), media_type="application/json")


@router.get(
    "/pipelines/{pipeline_id}/actions",
    response_model=Actions,
    openapi_extra=_READ,
    summary="Actions and the results they should give",
)
async def get_actions(pipeline_id: UUID, _: Caller, connection: Reading) -> Actions:
    """The actions of all stages in order. Whether a result came says the checklist of the deal. 404."""
    pipeline = await repository.get(connection, pipeline_id, lock=False)
    return Actions(
        items=[
            ActionOut(**TaskOut.model_validate(task).model_dump(), stage_id=stage.id, stage=stage.name)
            for stage in pipeline.stages
            for task in stage.actions
        ]
    )


async def _created(connection: AsyncConnection, pipeline: Pipeline, response: Response) -> PipelineOut:
    response.headers["Location"] = f"/v1/pipelines/{pipeline.id}"
    return await _answer(connection, pipeline.id, response)


async def _answer(connection: AsyncConnection, pipeline_id: UUID, response: Response) -> PipelineOut:
    row = await repository.get_row(connection, pipeline_id)
    set_etag(response, row["version"])
    return _out(row)


def _out(row: RowMapping) -> PipelineOut:
    return pipeline_out(as_pipeline(row), row["created_at"], row["updated_at"])
