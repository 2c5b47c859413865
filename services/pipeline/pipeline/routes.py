"""`/v1/pipelines`: how sales proceed, and the templates to start from."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.pipeline import repository
from services.pipeline.pipeline.domain import Pipeline
from services.pipeline.pipeline.queries import LISTING
from services.pipeline.pipeline.rows import read_stages
from services.pipeline.pipeline.schemas import (
    FromTemplate,
    PipelineCreate,
    PipelineOut,
    PipelinePatch,
    Templates,
)
from services.pipeline.pipeline.templates import TEMPLATES
from services.pipeline.pipeline.use_cases.create_pipeline import create_pipeline
from services.pipeline.pipeline.use_cases.edit_pipeline import edit_pipeline
from shared.contracts.ids import new_id
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, set_etag
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
        found.build(new_id(), new_id, wanted.supervisors),
        name=wanted.name or found.name,
        is_default=wanted.is_default,
    )
    await create_pipeline(connection, pipeline, now=now)
    return await _created(connection, pipeline, response)


@router.get("/pipelines/{pipeline_id}", response_model=PipelineOut, openapi_extra=_READ)
async def get_pipeline(pipeline_id: UUID, _: Caller, connection: Reading, response: Response) -> PipelineOut:
    """One pipeline with its ETag. 404 `pipeline_not_found`."""
    return await _answer(connection, pipeline_id, response)


@router.patch("/pipelines/{pipeline_id}", response_model=PipelineOut, openapi_extra=_WRITE)
async def patch_pipeline(
    *,
    pipeline_id: UUID,
    body: PipelinePatch,
    if_match: IfMatch,
    _: Caller,
    connection: Transaction,
    now: Now,
    response: Response,
) -> PipelineOut:
    """Rename, retire or make it the default one. 409 `state_conflict` to leave no default pipeline."""
    await edit_pipeline(connection, pipeline_id, body.changes(), seen_version=if_match, now=now)
    return await _answer(connection, pipeline_id, response)


async def _created(connection: AsyncConnection, pipeline: Pipeline, response: Response) -> PipelineOut:
    response.headers["Location"] = f"/v1/pipelines/{pipeline.id}"
    return await _answer(connection, pipeline.id, response)


async def _answer(connection: AsyncConnection, pipeline_id: UUID, response: Response) -> PipelineOut:
    row = await repository.get_row(connection, pipeline_id)
    set_etag(response, row["version"])
    return _out(row)


def _out(row: RowMapping) -> PipelineOut:
    return PipelineOut.model_validate({**row, "stages": read_stages(row["stages"])})
