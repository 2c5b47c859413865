"""Reads of pipelines: the list, and the one a new deal belongs to."""

from uuid import UUID

from sqlalchemy import case, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.pipeline.domain import Pipeline
from services.pipeline.pipeline.rows import COLUMNS, as_pipeline
from services.pipeline.pipeline.tables import pipeline
from shared.contracts.errors import DomainError, FieldError
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
    item_fields=(
        "id",
        "name",
        "active",
        "is_default",
        "stages",
        "checklist",
        "created_at",
        "updated_at",
        "version",
    ),
)


async def pipelines_by_id(connection: AsyncConnection) -> dict[UUID, Pipeline]:
    """All pipelines."""
    rows = await connection.execute(select(*COLUMNS).limit(1000))
    return {row["id"]: as_pipeline(row) for row in rows.mappings()}


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
