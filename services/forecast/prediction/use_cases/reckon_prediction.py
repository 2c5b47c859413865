"""One run, in the worker: read all deals, learn and foretell in a thread, keep it, and let older ones go.

Must never break: all of it is one transaction with the entry that planned it, so a worker that dies leaves no
half run, and the agenda does it again.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.columns import LONGEST_SECONDS
from services.forecast.deal_ledger.queries import last_event_at
from services.forecast.prediction.domain.reckoning import Prediction, Reckoning, reckon
from services.forecast.prediction.domain.run import RUN
from services.forecast.prediction.domain.standing import learns_since
from services.forecast.prediction.queries.history import Looked, read_history
from services.forecast.prediction.queries.runs import asked_run, kept_runs
from services.forecast.prediction.queries.teams import teams_of_members
from services.forecast.prediction.repository import rows, runs
from services.forecast.tables import ORGANISATION
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.observability.logging import logger
from shared.organisation.queries import Organisation, load_organisation

_PATIENCE = text(
    f"SELECT set_config('statement_timeout', '{LONGEST_SECONDS}s', true), "
    "set_config('idle_in_transaction_session_timeout', '600s', true)"
)


async def reckon_predictions(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """The runs that were asked for; there is one at a time."""
    await connection.execute(_PATIENCE)
    for entry in entries:
        await _run(connection, entry.subject_id, now)


async def _run(connection: AsyncConnection, run_id: UUID, now: datetime) -> None:
    asked = await asked_run(connection, run_id)
    if asked is None:
        return
    organisation = await load_organisation(connection, ORGANISATION)
    calendar, currency = organisation.calendar, organisation.base_currency
    instant = asked.as_of if asked.of_past else now
    day = calendar.local_date(instant)
    began = time.perf_counter()
    known_until = await last_event_at(connection)
    today = day.toordinal()
    looked = Looked(
        instant, today, calendar.time_zone, currency, told_since=learns_since(today), of_past=asked.of_past
    )
    work = partial(
        reckon,
        day=today,
        teams=await teams_of_members(connection),
        walked_before=await runs.trials(connection, currency=currency),
        fiscal_year_start_month=calendar.fiscal_year_start_month,
    )
    ledger = await read_history(connection, looked)
    found = await asyncio.to_thread(work, ledger)
    while found.told_since is not None:
        ledger = await read_history(connection, replace(looked, told_since=found.told_since))
        found = await asyncio.to_thread(work, ledger)
    await runs.keep_trials(connection, found.trials, currency=currency, now=now)
    if found.goes_on:
        await plan_work(connection, [Due(RUN, run_id, now)])
        return
    if found.prediction is not None:
        await rows.keep_deals(connection, run_id, ledger, found.prediction.chances)
        await rows.keep_sums(connection, run_id, "open", ledger, found.prediction.open_sums)
        await rows.keep_sums(connection, run_id, "coming", ledger, found.prediction.coming_sums)
    seconds = time.perf_counter() - began - found.walk_seconds
    values = {"as_of": instant, "day": day, "known_until": known_until, "seconds": seconds}
    await runs.finish(
        connection,
        run_id,
        {**values, "finished_at": now, **_head(found, organisation, len(ledger.lives))},
    )
    await runs.drop_rows(connection, but=await kept_runs(connection))
    await runs.drop_heads(connection, day=day, but=run_id)
    logger(__name__).info("prediction_reckoned", run=str(run_id), seconds=round(seconds, 3))


def _head(found: Reckoning, organisation: Organisation, deals: int) -> dict[str, Any]:
    """What is known of the whole run."""
    return {
        "currency": organisation.base_currency,
        "state": "ok" if found.prediction is not None else "insufficient_history",
        "missing": [asdict(each) for each in found.missing],
        "has_rows": found.prediction is not None,
        "first_won_on": date.fromordinal(found.first_won_on),
        "won_by_day": found.won_by_day.tolist(),
        "deals_learned_from": deals,
        "closings": found.closings,
        "walk_seconds": found.walk_seconds,
        **({} if found.prediction is None else _of(found.prediction)),
    }


def _of(prediction: Prediction) -> dict[str, Any]:
    return {
        "grid": [date.fromordinal(day) for day in prediction.grid],
        "blend": asdict(prediction.blend),
        "factors": {
            "base": prediction.chances.base,
            "names": prediction.chances.factors,
            "behind": prediction.behind,
        },
        "open_deals": len(prediction.chances.place),
    }
