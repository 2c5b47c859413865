"""Simple methods, each with a range made as ours is: of the luck of its deals and of its own past errors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from deploy.forecasting.deals_file import Company
from services.forecast.prediction.domain.baselines import SPAN_OF, Span, is_known
from services.forecast.prediction.domain.blend import MODEL, Trial
from services.forecast.prediction.domain.days import NEVER
from services.forecast.prediction.domain.lives import Floats, Ints
from services.forecast.prediction.domain.walk import WEIGHTED_PIPELINE


@dataclass(frozen=True, slots=True)
class Brought:
    """Of each of the deals (places) that a method goes by: what it foretells, and the variance of that."""

    deal: Ints
    mean: Floats
    variance: Floats


def as_trial(company: Company, of: Trial, brought: Brought) -> Trial:
    """The same span and truth, foretold by that method alone."""
    means, variances = (_by_part(company, brought.deal, each) for each in (brought.mean, brought.variance))
    return replace(
        of,
        foretold={MODEL: float(brought.mean.sum())},
        variance=float(brought.variance.sum()),
        parts=tuple(
            replace(each, mean=means[key], variance=variances[key], wins=None)
            for each in of.parts
            for key in [(each.group, each.name)]
        ),
        wins=None,
    )


def _by_part(company: Company, deal: Ints, values: Floats) -> dict[tuple[str, str], float]:
    return {
        (name, level): float(found)
        for name, each in company.groups.items()
        for level, found in zip(
            each.names, np.bincount(each.levels[deal], values, len(each.names)), strict=True
        )
    }


def _other_span(name: str, company: Company, span: Span) -> Brought | None:
    """What another span brought. Luck made that, and will make this: its variance counts twice."""
    known = company.lives.before(span[0])
    if not is_known(name, span, known.first_closing, span[0]):
        return None
    there = np.flatnonzero(company.lives.created < span[0])
    won = np.flatnonzero(known.won_between(*SPAN_OF[name](span)))
    amount = np.nan_to_num(known.amount[won])
    return Brought(there[won], amount, 2 * amount**2)


def _weighted_pipeline(company: Company, span: Span) -> Brought | None:
    """List price x the share won so far, of open deals that are due in the span, overdue ones left out.

    A deal is due when as many days have passed as half of those won so far took.
    """
    there = np.flatnonzero(company.lives.created < span[0])
    known = company.lives.before(span[0])
    if not known.won.any():
        return None
    took = int(np.median((known.closed - known.created)[known.won]))
    chance = known.won.sum() / (known.closed < NEVER).sum()
    due_on = known.created + took
    due = np.flatnonzero((known.closed == NEVER) & (due_on >= span[0]) & (due_on < span[1]))
    price = np.nan_to_num(company.price[there[due]])
    return Brought(there[due], price * chance, price**2 * chance * (1 - chance))


BASELINES: Mapping[str, Callable[[Company, Span], Brought | None]] = {
    **{name: partial(_other_span, name) for name in SPAN_OF},
    WEIGHTED_PIPELINE: _weighted_pipeline,
}
