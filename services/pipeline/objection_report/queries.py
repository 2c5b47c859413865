"""Objections of a period in all, by kind, by the stage they were raised in, and by a split: one query."""

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Numeric, Tuple, cast, extract, func, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.rows import PASSAGES
from services.pipeline.deal_report.queries import Sample
from services.pipeline.objection.repository import OBJECTION_ROWS
from services.pipeline.objection_report.domain import Raised
from services.pipeline.pipeline.rows import PIPELINES, STAGES
from shared.contracts.periods import Period

_O, _P, _S = OBJECTION_ROWS.c, PASSAGES.c, STAGES.c


class About(NamedTuple):
    """What some objections have in common; nothing but `by` says whether a null is a value or not asked."""

    by: frozenset[str]
    kind: str | None = None
    stage_id: UUID | None = None
    key: str | None = None


Found = dict[About, Raised]
_SETS = tuple(frozenset(names) for names in ((), ("kind",), ("stage_id",), ("key",), ("key", "kind")))
_COLUMNS = ("kind", "stage_id", "key")


async def objections(connection: AsyncConnection, sample: Sample, period: Period) -> Found:
    """Those raised in the period on deals of the sample: all, by kind, stage, key, and key with kind."""
    deal = sample.deal.c
    was_in = (
        select(_P.stage_id)
        .where(_P.deal_id == deal.id, _P.entered_at <= _O.created_at)
        .order_by(_P.position.desc())
        .limit(1)
        .lateral("was_in")
    )
    took = cast(extract("epoch", _O.resolved_at - _O.created_at), Numeric)
    columns = (_O.kind, _O.resolved_at, func.greatest(took, 0).label("seconds"), was_in.c.stage_id)
    raised = (
        select(*columns, sample.key.label("key"))
        .select_from(sample.table.join(OBJECTION_ROWS, _O.deal_id == deal.id).outerjoin(was_in, true()))
        .where(*sample.conditions, _O.created_at >= period.starts_at, _O.created_at < period.ends_at)
        .cte("raised")
    ).c
    seconds = func.percentile_cont(0.5).within_group(raised.seconds)
    asked = [raised[name] for name in _COLUMNS]
    query = select(
        func.grouping(*asked),
        *asked,
        func.count(),
        func.count(raised.resolved_at),
        seconds.filter(raised.resolved_at.is_not(None)),
    ).group_by(func.grouping_sets(*(_set(names, raised) for names in _SETS)))
    found: Found = {}
    for left_out, kind, stage_id, key, *figures in await connection.execute(query):
        found[About(_asked(left_out), kind, stage_id, key)] = Raised(*figures)
    return found


async def stage_names(connection: AsyncConnection, ids: set[UUID]) -> dict[UUID, tuple[UUID, str, str]]:
    """Of these stages: the pipeline's id and name, and the stage's."""
    if not ids:
        return {}
    query = select(_S.id, _S.pipeline_id, PIPELINES.c.name, _S.name.label("stage"))
    query = query.join_from(STAGES, PIPELINES, PIPELINES.c.id == _S.pipeline_id).where(_S.id.in_(ids))
    return {row[0]: (row[1], row[2], row[3]) for row in await connection.execute(query)}


def _set(names: frozenset[str], raised: object) -> Tuple:
    return tuple_(*(getattr(raised, name) for name in sorted(names)))


def _asked(left_out: int) -> frozenset[str]:
    """`grouping` has a bit for each column that a row is not about, the last column's the lowest."""
    bits = range(len(_COLUMNS) - 1, -1, -1)
    return frozenset(name for name, bit in zip(_COLUMNS, bits, strict=True) if not left_out >> bit & 1)
