"""The model in service, kept in the memory of the process: scoring a lead asks the database nothing.

Must never break: a process without a model, or with an old one, still takes every lead; triage puts its score
right within a second.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Pool
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.score_model import repository
from services.leads.score_model.domain import Model, model_of
from services.leads.score_model.question import Known
from services.leads.score_model.use_cases.keep_grading import load_grading
from shared.contracts.events.leads_lead import ScoreState


@dataclass(frozen=True, slots=True)
class Current:
    """What leads are scored by. `version` is of the newest training while no model is in service; `grading`:
    the version of the cut-offs the model is graded by."""

    state: ScoreState = "no_model"
    version: int | None = None
    model: Model | None = None
    grading: int | None = None

    def score(self, lead: Known, now: datetime) -> dict[str, Any]:
        """The fields of a lead that the model decides; without a model only why there is no score."""
        if self.model is None:
            return {"score_state": self.state}
        probability = self.model.probability(lead)
        return {
            "score": probability,
            "score_state": self.state,
            "grade": self.model.grade(probability),
            "score_version": self.model.version,
            "scored_at": now,
        }


_NONE = Current()
_kept: WeakKeyDictionary[Pool, Current] = WeakKeyDictionary()


def known_model(connection: AsyncConnection) -> Current:
    """The model as this process knows it, a second old at most while the application keeps it fresh."""
    return _kept.get(connection.engine.sync_engine.pool, _NONE)


async def fresh_model(connection: AsyncConnection) -> Current:
    """The model as the database has it: one small read, and one more when it is a new one."""
    pool = connection.engine.sync_engine.pool
    kept = _kept.get(pool, _NONE)
    found = await repository.find_current(connection)
    if found is None:
        current = _NONE
    elif found == (kept.version, kept.state, kept.grading):
        current = kept
    else:
        current = await _loaded(connection, *found)
    _kept[pool] = current
    return current


async def _loaded(connection: AsyncConnection, version: int, state: Any, grading: int) -> Current:
    numbers = await repository.find_numbers(connection, version) if state == "ok" else None
    if numbers is None:
        return Current(state, version, grading=grading)
    graded = (await load_grading(connection)).applied(model_of(version, numbers))
    return Current(state, version, graded, grading)
