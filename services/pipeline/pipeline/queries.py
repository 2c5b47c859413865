"""Reads of pipelines: the list, and the one a new deal belongs to."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, case, literal, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.pipeline.domain import Pipeline, Stage
from services.pipeline.pipeline.rows import COLUMNS, as_pipeline
from services.pipeline.pipeline.schemas import PipelineBody, PipelineOut, VersionOut
from services.pipeline.pipeline.tables import pipeline, pipeline_version
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Scope
from shared.persistence.types import Instant
from shared.web.listing import Field, Listing

_P = pipeline.c
LISTING = Listing(
    name="pipelines",
    table=pipeline,
    fields={
        "id": Field(_P.id, "uuid"),
        "name": Field(_P.name, "text", sortable=True),
        "active": Field(_P.active, "bool"),
        "is_default": Field(_P.is_default, "bool"),
        "created_at": Field(_P.created_at, "datetime", sortable=True),
        "updated_at": Field(_P.updated_at, "datetime", sortable=True),
    },
    default_sort="created_at",
    text=(_P.name,),
    columns=COLUMNS,
    item_fields=tuple(PipelineOut.model_fields),
)

_V = pipeline_version.c
VERSIONS = Listing(
    name="pipeline-versions",
    table=pipeline_version,
    fields={
        "version": Field(_V.version, "int", sortable=True),
        "at": Field(_V.at, "datetime"),
        "by": Field(_V.by, "text"),
    },
    default_sort="-version",
    columns=(_V.version, _V.at, _V.by, _V.body),
    item_fields=tuple(VersionOut.model_fields),
    id_field="version",
)


def version_out(row: Row[Any] | Row[Any, Any, Any, Any]) -> dict[str, Any]:
    """A version as a VersionOut."""
    body = PipelineBody.model_validate(row.body).model_dump(mode="json")
    return {"version": row.version, "at": row.at, "by": row.by, "pipeline": body}


async def pipeline_version_of(
    connection: AsyncConnection, pipeline_id: UUID, version: int
) -> Row[Any, Any, Any, Any]:
    """That version. Refuses with `pipeline_version_not_found`."""
    query = select(_V.version, _V.at, _V.by, _V.body).where(
        _V.pipeline_id == pipeline_id, _V.version == version
    )
    found = (await connection.execute(query)).one_or_none()
    if found is None:
        raise DomainError("pipeline_version_not_found", f"It has no version {version}.")
    return found


SUPERVISING: frozenset[Scope] = frozenset({"own", "subtree"})
"""Scopes that see more by supervising a stage or on the team of a deal; the others see all, or nothing."""


async def pipelines_by_id(connection: AsyncConnection) -> dict[UUID, Pipeline]:
    """All pipelines."""
    rows = await connection.execute(select(*COLUMNS).limit(1000))
    return {row["id"]: as_pipeline(row) for row in rows.mappings()}


async def pipelines_as_of(connection: AsyncConnection, as_of: datetime) -> dict[UUID, Pipeline]:
    """All pipelines with the stages, in name and order, that they had then; inactive those not made yet."""
    present = await pipelines_by_id(connection)
    every = {stage.id: stage for each in present.values() for stage in (*each.stages, *each.removed)}
    then = _V.at <= literal(as_of, Instant)
    newest = case((then, -_V.version), else_=_V.version)
    query = (
        select(_V.pipeline_id, _V.body, then.label("made"))
        .ext(distinct_on(_V.pipeline_id))
        .order_by(_V.pipeline_id, then.desc(), newest)
        .limit(1000)
    )
    rows = await connection.execute(query)
    return {row.pipeline_id: _stood(present[row.pipeline_id], row.body, every, row.made) for row in rows}


def _stood(each: Pipeline, body: Mapping[str, Any], every: Mapping[UUID, Stage], made: bool) -> Pipeline:
    stages = tuple(
        replace(every[UUID(stage["id"])], name=stage["name"], position=stage["position"])
        for stage in body["stages"]
    )
    there = {stage.id for stage in stages}
    others = tuple(stage for stage in (*each.stages, *each.removed) if stage.id not in there)
    active = body["active"] and made
    return replace(each, name=body["name"], active=active, stages=stages, removed=others)


async def pipeline_for_new_deal(
    connection: AsyncConnection, wanted: UUID | None, *, or_default: bool = False
) -> Pipeline:
    """The active pipeline wanted, by default the default one.

    Refuses an unknown or inactive one with `reference_unknown`; with `or_default` takes the default instead.
    """
    first = case((_P.id == wanted, 0), else_=1)
    query = (
        select(*COLUMNS)
        .where((_P.id == wanted) & _P.active if wanted and not or_default else _P.active)
        .where((_P.id == wanted) | _P.is_default)
        .order_by(first)
        .limit(1)
    )
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        detail = "There is no such active pipeline."
        raise DomainError(
            "reference_unknown", detail, [FieldError("/pipeline_id", "reference_unknown", detail)]
        )
    return as_pipeline(row)
