"""Runs and trials."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.prediction.domain.blend import Trial
from services.forecast.prediction.domain.trials import Walked
from services.forecast.prediction.tables import (
    prediction_deal,
    prediction_run,
    prediction_sum,
    prediction_trial,
)

_R, _T = prediction_run.c, prediction_trial.c
_TRIAL: TypeAdapter[Trial] = TypeAdapter(Trial)


async def queue(connection: AsyncConnection, values: Mapping[str, Any]) -> bool:
    """Whether it is under way now: False when another is."""
    new = insert(prediction_run).values(status="queued", **values).on_conflict_do_nothing().returning(_R.id)
    return await connection.scalar(new) is not None


async def under_way(connection: AsyncConnection) -> tuple[UUID, datetime | None] | None:
    """The run that was asked for and is not done yet, and as of when if of the past."""
    past = case((_R.of_past, _R.as_of))
    found = (await connection.execute(select(_R.id, past).where(_R.status == "queued"))).one_or_none()
    return None if found is None else (found[0], found[1])


async def finish(connection: AsyncConnection, run_id: UUID, values: Mapping[str, Any]) -> None:
    """The run is done: readers see it, and all of it, from the commit on."""
    await connection.execute(update(prediction_run).where(_R.id == run_id).values(status="done", **values))


async def drop_rows(connection: AsyncConnection, *, but: Sequence[UUID]) -> None:
    """Of all other runs only the head stays."""
    old = list(await connection.scalars(select(_R.id).where(_R.has_rows, _R.id.not_in(but))))
    if not old:
        return
    for table in (prediction_deal, prediction_sum):
        await connection.execute(delete(table).where(table.c.run_id == func.any(old)))
    await connection.execute(update(prediction_run).where(_R.id == func.any(old)).values(has_rows=False))


async def drop_heads(connection: AsyncConnection, *, day: date, but: UUID) -> None:
    """Of the runs of a day that nobody asked for only the last stays."""
    await connection.execute(
        delete(prediction_run).where(
            _R.day == day, _R.id != but, _R.requested_by.is_(None), _R.status == "done", ~_R.has_rows
        )
    )


async def trials(connection: AsyncConnection, *, currency: str) -> list[Walked]:
    """Those of that currency, the oldest first."""
    rows = await connection.execute(
        select(_T.trial, _T.closings).where(_T.currency == currency).order_by(_T.starts_on, _T.ends_on)
    )
    return [Walked(_TRIAL.validate_python(trial), closings) for trial, closings in rows]


async def keep_trials(
    connection: AsyncConnection, made: Sequence[Walked], *, currency: str, now: datetime
) -> None:
    """Walked for the first time, or anew since the past was told anew."""
    if not made:
        return
    rows = [
        {
            "starts_on": date.fromordinal(each.trial.start),
            "ends_on": date.fromordinal(each.trial.end),
            "currency": currency,
            "closings": each.closings,
            "reckoned_at": now,
            "trial": _TRIAL.dump_python(each.trial, mode="json"),
        }
        for each in made
    ]
    new = insert(prediction_trial).values(rows)
    values = {name: new.excluded[name] for name in ("currency", "closings", "reckoned_at", "trial")}
    await connection.execute(new.on_conflict_do_update(index_elements=["starts_on", "ends_on"], set_=values))
