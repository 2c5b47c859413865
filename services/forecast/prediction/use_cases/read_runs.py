"""One run, with the trials of the past it rests on."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.prediction.queries.runs import describe_run, run_for
from services.forecast.prediction.queries.trials import trials_shown
from services.forecast.prediction.schemas import OneRunOut
from shared.contracts.errors import DomainError

_NONE = UUID(int=0)


async def last_run_id(connection: AsyncConnection) -> UUID:
    """Of the last run of the present; an id that no run has when there is none."""
    run = await run_for(connection, None)
    return _NONE if run is None else run.id


async def read_run(connection: AsyncConnection, run_id: UUID) -> OneRunOut:
    """Refuses with `prediction_not_found`."""
    found = await describe_run(connection, run_id)
    if found is None:
        raise DomainError(
            "prediction_not_found",
            "There is no such run: of a day's runs the last is kept.",
        )
    trials = [] if found.day is None else await trials_shown(connection, before=found.day)
    blend = found.blend or {}
    return OneRunOut.model_validate(
        {
            **found._mapping,
            "missing": found.missing or [],
            "weights": blend.get("weights"),
            "errors": blend.get("errors"),
            "trial_counts": blend.get("trials"),
            "spread": blend.get("spread"),
            "spread_of_parts": blend and (blend["spread"] ** 2 + blend["part_spread"] ** 2) ** 0.5,
            "trials": trials,
        }
    )
