"""What the prediction would have said of finished periods at their beginning."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.accuracy.domain import Look
from services.forecast.prediction.domain.blend import Trial, blended
from services.forecast.prediction.queries.trials import KeptTrial, kept_trials


async def recall_predictions(
    connection: AsyncConnection, looks: Iterable[Look], *, currency: str
) -> dict[int, Decimal]:
    """By look, where a trial of just that period was kept; blended by what had ended before it began."""
    kept = [each for each in await kept_trials(connection) if each.currency == currency]
    by_span = {(each.first, each.last): each for each in kept}
    found: dict[int, Decimal] = {}
    for look in looks:
        trial = by_span.get((look.period.starts_on, look.period.ends_on))
        if trial is not None and look.horizon == "start":
            found[look.index] = Decimal(str(round(_said(trial, kept), 2)))
    return found


def _said(trial: KeptTrial, kept: Iterable[KeptTrial]) -> float:
    earlier = [_trial(each) for each in kept if each.last < trial.first]
    return blended(earlier).total(trial.foretold)


def _trial(kept: KeptTrial) -> Trial:
    return Trial(
        start=_day(kept.first),
        end=_day(kept.last + timedelta(days=1)),
        true=kept.true,
        foretold=kept.foretold,
        variance=kept.variance,
    )


def _day(day: date) -> int:
    return day.toordinal()
