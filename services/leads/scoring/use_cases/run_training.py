"""A training from its claim to the model in service. The learning itself is a process of its own.

Must never break: while it learns no transaction is open and the loop is free; a training whose process or
worker died is run again, and fails for good after three times.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.deal_link.use_cases.settle_leads import deals_of_leads
from services.leads.lead.use_cases.read_ended import read_ended
from services.leads.lead.use_cases.review_leads import review_open_leads
from services.leads.score_model.use_cases.find_models import describe_model, load_numbers
from services.leads.score_model.use_cases.keep_model import keep_model
from services.leads.scoring import repository
from services.leads.scoring.domain import MOST, has_won, is_worse, missing
from services.leads.scoring.use_cases.request_training import fingerprint
from shared.observability.logging import logger
from shared.persistence.database import Database

_ROOT = Path(__file__).parents[4]
_LONGEST_SECONDS = 900


class LearningFailed(Exception):
    """The learning process ended without a model."""


async def run_training(database: Database, now: datetime) -> bool:
    """Run the training that waits; whether there was one. Call it from one process at a time."""
    async with database.transaction() as connection:
        training = await repository.claim(connection, now)
    if training is None:
        return False
    try:
        await _run(database, training, now)
    except LearningFailed as error:
        logger(__name__).error("scoring_training_failed", training=str(training["id"]), error=str(error))
        again = training["attempts"] < repository.MOST_ATTEMPTS
        values = {"status": "queued" if again else "failed", "error": str(error)[:1000], "finished_at": now}
        async with database.transaction() as connection:
            await repository.finish(connection, training["id"], values)
    return True


async def _run(database: Database, training: Mapping[str, Any], now: datetime) -> None:
    with TemporaryFile() as data:
        async with database.reading() as connection:
            mark = await fingerprint(connection)
            counts = await _write_outcomes(connection, data)
        lacking = missing(*counts)
        learned = None if lacking else await _learn(data)
    async with database.transaction() as connection:
        values = {
            "trained_at": now,
            "positive": counts[0],
            "negative": counts[1],
            "fingerprint": mark,
            **(_kept(learned) if learned else {"state": "insufficient_history", "note": lacking}),
        }
        in_service = learned is not None and not is_worse(learned["rival"])
        version = await keep_model(connection, values, in_service=in_service)
        done = {"status": "done", "finished_at": now, "version": version, "fingerprint": mark, "error": None}
        await repository.finish(connection, training["id"], done)
        await review_open_leads(connection, now=now)


async def _write_outcomes(connection: AsyncConnection, data: IO[bytes]) -> tuple[int, int]:
    """A header and one line for each outcome; answers how many were won and lost."""
    present = await describe_model(connection)
    in_service = None
    if present is not None and present["active"]:
        numbers = await load_numbers(connection, present["version"])
        in_service = {"model": numbers, "learned_until": present["learned_until"]}
    data.write(orjson.dumps({"present": in_service}) + b"\n")
    counts = [0, 0]
    async for chunk in read_ended(connection, most=MOST):
        deals = await deals_of_leads(connection, [ended.lead_id for ended in chunk])
        for ended in chunk:
            won = has_won(ended.status, elsewhere=ended.elsewhere, deals=deals.get(ended.lead_id, ()))
            if won is not None:
                counts[not won] += 1
                data.write(orjson.dumps({**ended.known, "won": won}, default=str) + b"\n")
    data.seek(0)
    return counts[0], counts[1]


async def _learn(data: IO[bytes]) -> dict[str, Any]:
    """What the process answers. Raises LearningFailed with the end of what it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.leads.scoring.learning"),
        stdin=data,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=_ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    try:
        answer, said = await asyncio.wait_for(process.communicate(), _LONGEST_SECONDS)
    except TimeoutError:
        raise LearningFailed(f"It took longer than {_LONGEST_SECONDS} s.") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise LearningFailed(said.decode(errors="replace")[-900:] or f"It ended with {process.returncode}.")
    learned: dict[str, Any] = orjson.loads(answer)
    return learned


def _kept(learned: Mapping[str, Any]) -> dict[str, Any]:
    note = (
        "Kept, not in service: on leads neither has learned from, the model in service does better."
        if is_worse(learned["rival"])
        else "In service since it was learned."
    )
    parts = {name: learned[name] for name in ("figures", "split", "rival", "learned_until")}
    return {"state": "ok", "note": note, "numbers": learned["model"], **parts}
