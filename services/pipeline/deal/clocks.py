"""The times of deals to their tables: clocks, and by when each stay in a stage should be done."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Uuid,
    any_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from services.pipeline.deal.domain.clock import Clock
from services.pipeline.deal.domain.passage import Passage
from services.pipeline.deal.rows import as_passage
from services.pipeline.deal.tables import deal, deal_clock, deal_clock_past, deal_passage
from services.pipeline.pipeline.rows import STAGES
from shared.persistence.bulk import insert_rows, recordset

_NAMES = tuple(each.name for each in fields(Clock))
_SHOWN = (
    *("stage_entered_at", "due_at", "overdue_at", "touched_at", "touched_kind", "touched_id", "touched_by"),
    *("snoozed_until", "rots_at", "rotten_at", "close_overdue_at"),
)
_P, _K = deal_passage.c, deal_clock.c
_SKIP = text("""
    UPDATE deal_passage SET skipped = over.stages
    FROM (
        SELECT entered.deal_id, entered.position, array_agg(jumped.id ORDER BY jumped.position) AS stages
        FROM deal_passage entered
        JOIN stage here ON here.id = entered.stage_id
        JOIN LATERAL (
            SELECT max(there.position) AS furthest FROM deal_passage before
            JOIN stage there ON there.id = before.stage_id AND there.pipeline_id = here.pipeline_id
            WHERE before.deal_id = entered.deal_id AND before.position < entered.position
                AND before.outcome IS NULL
        ) was ON was.furthest IS NOT NULL
        JOIN stage jumped ON jumped.pipeline_id = here.pipeline_id AND NOT jumped.removed
            AND jumped.position > was.furthest AND jumped.position < here.position
        WHERE entered.deal_id = ANY(:deals) AND NOT entered.reckoned AND entered.outcome IS NULL
        GROUP BY entered.deal_id, entered.position
    ) over
    WHERE deal_passage.deal_id = over.deal_id AND deal_passage.position = over.position
""").bindparams(bindparam("deals", type_=ARRAY(Uuid)))


@dataclass(frozen=True, slots=True)
class Stay:
    """A stay of a deal in a stage, and how many working days that stage is given now."""

    deal_id: UUID
    passage: Passage
    target_days: int | None


async def save_clocks(connection: AsyncConnection, clocks: Sequence[Clock], now: datetime) -> None:
    """Write the clocks of held deals; what those that show something else now showed until then is kept."""
    if not clocks:
        return
    rows: list[dict[str, Any]] = [
        {**{name: getattr(each, name) for name in _NAMES}, "reckoned_at": now} for each in clocks
    ]
    given = recordset(deal_clock, rows, name="given")
    kept = insert(deal_clock_past).from_select(
        [*deal_clock.c.keys(), "valid_to"],
        select(*deal_clock.c, given.c.reckoned_at)
        .join(given, given.c.deal_id == _K.deal_id)
        .where(_K.reckoned_at < given.c.reckoned_at, _shows_else(given.c)),
    )
    new = insert_rows(deal_clock, rows)
    values: dict[str, ColumnElement[Any]] = {name: new.excluded[name] for name in _NAMES if name != "deal_id"}
    values["reckoned_at"] = case(
        (_shows_else(new.excluded), func.greatest(_K.reckoned_at, new.excluded.reckoned_at)),
        else_=_K.reckoned_at,
    )
    await connection.execute(
        new.on_conflict_do_update(index_elements=["deal_id"], set_=values).add_cte(kept.cte("kept"))
    )


def _shows_else(other: ReadOnlyColumnCollection[str, Any]) -> ColumnElement[bool]:
    return or_(*(_K[name].is_distinct_from(other[name]) for name in _SHOWN))


async def stays_to_reckon(connection: AsyncConnection, deals: Collection[UUID]) -> list[Stay]:
    """Those that last, and those that were over before anybody reckoned."""
    query = (
        select(deal_passage, STAGES.c.target_days)
        .join(STAGES, STAGES.c.id == _P.stage_id)
        .where(
            _P.deal_id == any_(literal(sorted(deals), ARRAY(Uuid))),
            _P.outcome.is_(None),
            _P.left_at.is_(None) | ~_P.reckoned,
        )
    )
    rows = (await connection.execute(query)).mappings()
    return [Stay(row["deal_id"], as_passage(row), row["target_days"]) for row in rows]


async def note_skipped(connection: AsyncConnection, deals: Collection[UUID]) -> None:
    """Write which stages were jumped over by stays nobody reckoned yet: those between the furthest one the
    deal had been in and the one it entered."""
    await connection.execute(_SKIP, {"deals": sorted(deals)})


async def note_due(connection: AsyncConnection, due: Sequence[tuple[Stay, datetime | None]]) -> None:
    """Write by when stays should be done."""
    if not due:
        return
    given = [
        {"deal_id": stay.deal_id, "position": stay.passage.position, "due_at": due_at} for stay, due_at in due
    ]
    rows = recordset(deal_passage, given)
    await connection.execute(
        update(deal_passage)
        .where(_P.deal_id == rows.c.deal_id, _P.position == rows.c.position)
        .values(due_at=rows.c.due_at, reckoned=True)
    )


async def next_open(
    connection: AsyncConnection, *, stage_id: UUID | None, after: UUID | None, known_at: datetime, most: int
) -> list[UUID]:
    """The next open deals by id, of a stage or of all; without those written since `known_at` that have no
    clock yet, which they get for that."""
    kept = exists().where(deal_clock.c.deal_id == deal.c.id)
    query = (
        select(deal.c.id)
        .where(deal.c.status == "open", kept | (deal.c.updated_at <= known_at))
        .order_by(deal.c.id)
        .limit(most)
    )
    if stage_id is not None:
        query = query.where(deal.c.stage_id == stage_id)
    if after is not None:
        query = query.where(deal.c.id > after)
    return list(await connection.scalars(query))
