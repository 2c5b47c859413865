"""Trials of the past as they were kept: what would have been foretold, and what came. Needs no numpy."""

from dataclasses import dataclass
from datetime import date, datetime

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.prediction.domain.blend import Trial
from services.forecast.prediction.tables import prediction_trial

_T = prediction_trial.c
_MOST = 400
_TRIAL: TypeAdapter[Trial] = TypeAdapter(Trial)


@dataclass(frozen=True, slots=True)
class KeptTrial:
    """Amounts in `currency`, as floats. Its parts are products, owners and teams, by id or `none`."""

    currency: str
    reckoned_at: datetime
    trial: Trial

    @property
    def first(self) -> date:
        """Foretold at its start."""
        return date.fromordinal(self.trial.start)

    @property
    def last(self) -> date:
        """All days until then."""
        return date.fromordinal(self.trial.end - 1)


async def kept_trials(connection: AsyncConnection, *, before: date | None = None) -> list[KeptTrial]:
    """Those that had ended by the day, the newest first; at most 400."""
    found = select(_T.currency, _T.reckoned_at, _T.trial)
    if before is not None:
        found = found.where(_T.ends_on <= before)
    rows = await connection.execute(found.order_by(_T.starts_on.desc(), _T.ends_on.desc()).limit(_MOST))
    return [KeptTrial(row.currency, row.reckoned_at, _TRIAL.validate_python(row.trial)) for row in rows]
