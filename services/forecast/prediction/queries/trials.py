"""Trials of the past as they were kept: what would have been foretold, and what came. Needs no numpy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.prediction.domain.reliability import Bin
from services.forecast.prediction.tables import prediction_trial

_T = prediction_trial.c
_MOST = 400


@dataclass(frozen=True, slots=True)
class KeptTrial:
    """Foretold at the start of `first` for all days until `last`. Amounts in `currency`, as floats.

    `foretold`: by method (`model` and the baselines). `variance`: of the model's, were its chances right.
    `parts`: of each product, owner and team (`group`, `name` its id or none) `mean`, `variance`, `true`.
    `bins`: the chances of the deals open then, and how many of them were won in the span.
    """

    first: date
    last: date
    currency: str
    reckoned_at: datetime
    true: float
    foretold: dict[str, float]
    variance: float
    parts: Sequence[dict[str, Any]]
    bins: Sequence[Bin]


async def kept_trials(connection: AsyncConnection, *, before: date | None = None) -> list[KeptTrial]:
    """Those that had ended by the day, the newest first; at most 400."""
    found = select(_T.starts_on, _T.ends_on, _T.currency, _T.reckoned_at, _T.trial)
    if before is not None:
        found = found.where(_T.ends_on <= before)
    rows = await connection.execute(found.order_by(_T.starts_on.desc(), _T.ends_on.desc()).limit(_MOST))
    return [
        KeptTrial(
            first=row.starts_on,
            last=row.ends_on - timedelta(days=1),
            currency=row.currency,
            reckoned_at=row.reckoned_at,
            true=row.trial["true"],
            foretold=row.trial["foretold"],
            variance=row.trial["variance"],
            parts=row.trial["parts"],
            bins=[Bin(**each) for each in row.trial["bins"]],
        )
        for row in rows
    ]
