"""Runs as they were kept. Needs no numpy."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, RowMapping, Select, func, select, union
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.prediction.domain.blend import Blend
from services.forecast.prediction.domain.run import KEPT_STARTS, KEPT_WEEKS, LastRun, State
from services.forecast.prediction.tables import prediction_run

_R = prediction_run.c


@dataclass(frozen=True, slots=True)
class AskedRun:
    """A run that waits. `of_past`: as things stood at `as_of`; else as they stand when it runs."""

    as_of: datetime
    of_past: bool


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run whose chances are kept; with the state `insufficient_history` there are none."""

    id: UUID
    as_of: datetime
    day: date
    currency: str
    state: State
    missing: Sequence[dict[str, Any]]
    known_until: datetime | None
    grid: tuple[int, ...]
    blend: Blend | None
    first_won_on: int
    won_by_day: Sequence[float]


async def asked_run(connection: AsyncConnection, run_id: UUID) -> AskedRun | None:
    """None when it is done, or was never asked for."""
    row = await connection.execute(select(_R.as_of, _R.of_past).where(_R.id == run_id, _R.status == "queued"))
    found = row.one_or_none()
    return None if found is None else AskedRun(*found)


async def last_run(connection: AsyncConnection) -> LastRun | None:
    """The last one of the present."""
    row = await connection.execute(
        select(_R.finished_at, _R.seconds, _R.known_until)
        .where(_R.status == "done", ~_R.of_past)
        .order_by(_R.requested_at.desc(), _R.id.desc())
        .limit(1)
    )
    found = row.one_or_none()
    return None if found is None else LastRun(*found)


async def kept_runs(connection: AsyncConnection) -> list[UUID]:
    """Whose rows stay: the last, the first of each of the last months and weeks, and those of the past."""
    months, weeks = _first_of_each("month", KEPT_STARTS), _first_of_each("week", KEPT_WEEKS)
    last = select(_R.id).where(_R.has_rows, ~_R.of_past).order_by(_R.as_of.desc()).limit(1)
    past = select(_R.id).where(_R.has_rows, _R.of_past).order_by(_R.requested_at.desc()).limit(KEPT_STARTS)
    kept = union(*(each.subquery().select() for each in (months, weeks, last, past)))
    return list(await connection.scalars(kept))


def _first_of_each(unit: str, most: int) -> Select[tuple[UUID]]:
    """One that was made later, of the past, does not take its place."""
    start = func.date_trunc(unit, _R.day)
    found = select(_R.id).where(_R.has_rows, ~_R.of_past).ext(distinct_on(start))
    return found.order_by(start.desc(), _R.as_of).limit(most)


_KEPT = [_R[each.name] for each in fields(KeptRun)]


async def run_for(
    connection: AsyncConnection, as_of: datetime | None, *, known_then: bool = False
) -> KeptRun | None:
    """The last run; for the past the last kept one of then. `known_then`: none that was made later, of the
    past, since it knows what was told later."""
    found = select(*_KEPT).where(_R.status == "done").limit(1)
    if as_of is None:
        found = found.where(~_R.of_past).order_by(_R.requested_at.desc(), _R.id.desc())
    else:
        found = found.where(_R.has_rows, _R.as_of <= as_of).order_by(_R.as_of.desc())
    if known_then:
        found = found.where(~_R.of_past)
    return _kept((await connection.execute(found)).mappings().one_or_none())


async def run_near(
    connection: AsyncConnection, instant: datetime, within: timedelta, *, until: datetime
) -> KeptRun | None:
    """Of the kept runs of their present the one made nearest to the instant, and not after `until`."""
    apart = func.abs(func.extract("epoch", _R.as_of - instant))
    found = (
        select(*_KEPT)
        .where(_R.has_rows, ~_R.of_past, _R.as_of.between(instant - within, min(instant + within, until)))
        .order_by(apart, _R.id)
        .limit(1)
    )
    return _kept((await connection.execute(found)).mappings().one_or_none())


def _kept(row: RowMapping | None) -> KeptRun | None:
    if row is None:
        return None
    return KeptRun(
        id=row["id"],
        as_of=row["as_of"],
        day=row["day"],
        currency=row["currency"],
        state=row["state"],
        missing=row["missing"],
        known_until=row["known_until"],
        grid=tuple(day.toordinal() for day in row["grid"] or ()),
        blend=None if row["blend"] is None else Blend(**row["blend"]),
        first_won_on=row["first_won_on"].toordinal(),
        won_by_day=row["won_by_day"],
    )


async def describe_run(connection: AsyncConnection, run_id: UUID) -> Row[Any] | None:
    """Its row without the long columns."""
    left_out = ("won_by_day", "first_won_on", "factors")
    columns = [column for column in _R if column.name not in left_out]
    return (await connection.execute(select(*columns).where(_R.id == run_id))).one_or_none()
