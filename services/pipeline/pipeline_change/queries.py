"""Reads for changes: the open deals of each stage, and the list of changes."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.rows import DEALS
from services.pipeline.pipeline.rows import STAGES
from services.pipeline.pipeline_change.domain import Load
from services.pipeline.pipeline_change.tables import pipeline_change
from shared.web.listing import Field, Listing

_C, _D, _S = pipeline_change.c, DEALS.c, STAGES.c
_SHOWN = ("id", "pipeline_id", "version", "status", "apply_probabilities", "total", "done", "by")
LISTING = Listing(
    name="pipeline-changes",
    table=pipeline_change,
    fields={
        "id": Field(_C.id, "uuid", sortable=True),
        "pipeline_id": Field(_C.pipeline_id, "uuid"),
        "version": Field(_C.version, "int"),
        "status": Field(_C.status, "enum", values=("running", "done")),
        "started_at": Field(_C.started_at, "datetime", sortable=True),
        "finished_at": Field(_C.finished_at, "datetime"),
    },
    default_sort="-id",
    columns=tuple(_C[name] for name in (*_SHOWN, "started_at", "finished_at")),
    item_fields=(*_SHOWN, "started_at", "finished_at"),
)


async def open_loads(
    connection: AsyncConnection, stage_ids: Sequence[UUID], currency: str
) -> dict[UUID, Load]:
    """The open deals of these stages that has any; amounts in base currency."""
    valued = case((_D.base_currency == currency, _D.base_amount))
    rows = await connection.execute(
        select(
            _D.stage_id,
            func.count(),
            func.coalesce(func.sum(valued), 0),
            func.count().filter(_D.probability_manual),
            func.count().filter(_D.forecast_category_manual),
        )
        .where(_D.stage_id.in_(stage_ids), _D.status == "open")
        .group_by(_D.stage_id)
        .limit(max(len(stage_ids), 1))
    )
    return {
        stage_id: Load(deals, Decimal(amount), own, category)
        for stage_id, deals, amount, own, category in rows
    }


async def deserted_stages(connection: AsyncConnection) -> list[UUID]:
    """Stages whose deals go on elsewhere, and in which some open deals are all the same."""
    stays = select(_D.id).where(_D.stage_id == _S.id, _D.status == "open").exists()
    rows = await connection.execute(select(_S.id).where(_S.successor_id.is_not(None), stays).limit(100))
    return list(rows.scalars())
