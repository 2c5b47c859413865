"""The chance to win, by whichever model is there: any `Predictor` may take the place of another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.prediction.queries.chances import kept_chance
from services.forecast.prediction.queries.runs import run_for
from services.forecast.recommendation.domain import OpenDeal


@dataclass(frozen=True, slots=True)
class WinChance:
    """`sample_size`: the closings it was learned from; None where nobody learned it."""

    probability: float
    method: Literal["prediction", "stage_probability"]
    sample_size: int | None
    as_of: datetime


class Predictor(Protocol):
    """One model behind recommendations; None where it has nothing to say of the deal."""

    async def __call__(
        self, connection: AsyncConnection, deal: OpenDeal, now: datetime
    ) -> WinChance | None: ...


async def learned_chance(connection: AsyncConnection, deal: OpenDeal, now: datetime) -> WinChance | None:
    """What the last run of the prediction learned from the organisation's own past."""
    run = await run_for(connection, None)
    kept = None if run is None else await kept_chance(connection, run.id, deal.id)
    if run is None or kept is None:
        return None
    return WinChance(kept.probability, "prediction", kept.closings, run.as_of)


async def stage_probability(connection: AsyncConnection, deal: OpenDeal, now: datetime) -> WinChance | None:
    """What the pipeline says of the deal's stage, or a person of the deal."""
    if deal.probability is None:
        return None
    return WinChance(float(deal.probability), "stage_probability", None, now)


PREDICTORS: Sequence[Predictor] = (learned_chance, stage_probability)


async def predict_chance(
    connection: AsyncConnection, deal: OpenDeal, now: datetime, predictors: Sequence[Predictor] = PREDICTORS
) -> WinChance | None:
    """By the first model that has something to say; None when none has."""
    for predictor in predictors:
        found = await predictor(connection, deal, now)
        if found is not None:
            return found
    return None
