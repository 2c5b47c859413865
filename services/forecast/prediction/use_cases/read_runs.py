"""One run, with the trials of the past it rests on."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.prediction.domain.blend import Blend
from services.forecast.prediction.domain.reliability import added, brier
from services.forecast.prediction.queries.runs import describe_run, run_for
from services.forecast.prediction.queries.trials import KeptTrial, kept_trials
from services.forecast.prediction.schemas import OneRunOut
from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity

_NONE = UUID(int=0)
_QUARTER = 85


async def last_run_priced(connection: AsyncConnection) -> tuple[UUID, str]:
    """The last run of the present and its currency; an id that no run has when there is none."""
    run = await run_for(connection, None)
    return (_NONE, "") if run is None else (run.id, run.currency)


async def read_run(connection: AsyncConnection, run_id: UUID, *, by: Identity) -> OneRunOut:
    """Trials, which are about all deals, for who sees all. Refuses with `prediction_not_found`."""
    found = await describe_run(connection, run_id)
    if found is None:
        raise DomainError(
            "prediction_not_found",
            "There is no such run: of a day's runs the last is kept.",
        )
    kept = [] if found.day is None else await kept_trials(connection, before=found.day)
    trials = [each for each in kept if each.currency == found.currency]
    blend = found.blend or {}
    return OneRunOut.model_validate(
        {
            **found._mapping,
            "missing": found.missing or [],
            "weights": blend.get("weights"),
            "errors": blend.get("errors"),
            "trial_counts": blend.get("trials"),
            "spread": blend.get("spread"),
            "spread_of_parts": Blend(**blend).spread_of_parts(blend["spread"]) if blend else None,
            "trials": [
                {
                    "first": each.first,
                    "last": each.last,
                    "true": each.trial.true,
                    "foretold": each.trial.foretold,
                    "reckoned_at": each.reckoned_at,
                }
                for each in trials
                if by.scope == "all"
            ],
            **_quality(trials),
        }
    )


def _quality(trials: Sequence[KeptTrial]) -> dict[str, Any]:
    """How far chances of a quarter were to be believed, over all walks of three months."""
    bins = added([each.trial.bins for each in trials if (each.last - each.first).days >= _QUARTER])
    return {
        "brier": brier(bins),
        "reliability": [
            {
                "low": each.low,
                "high": each.high,
                "deals": each.deals,
                "foretold": each.chance / each.deals if each.deals else None,
                "won": each.won / each.deals if each.deals else None,
            }
            for each in bins
        ],
    }
