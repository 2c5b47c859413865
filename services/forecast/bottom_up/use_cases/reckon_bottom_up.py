"""A period from below: for the whole, for each team, for each individual."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.bottom_up.domain import SPANS, Basis, Trial, basis_of, grouped, trials_of
from services.forecast.bottom_up.queries import decided_by_owner, sellers, team_names
from services.forecast.deal_ledger.queries import last_event_at
from services.forecast.deal_sample.queries import sample_of
from services.forecast.deal_sample.schemas import Cut
from services.forecast.market_growth.queries import growth_of
from services.forecast.market_growth.schemas import MarketGrowthOut
from services.forecast.structure.queries import structure_of
from services.forecast.tables import ORGANISATION
from shared.contracts.errors import FieldError
from shared.contracts.identity import Identity
from shared.contracts.periods import Calendar, Period
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, Moment, PeriodError, Question, period_before, question_of

_LOOKED_AT = 2 * SPANS
_MOST_AHEAD = 60


@dataclass(frozen=True, slots=True)
class Part:
    """A team or an individual, and what its own past lets expect."""

    key: UUID | None
    name: str | None
    individuals: int
    basis: Basis
    expected: Decimal | None


@dataclass(frozen=True, slots=True)
class BottomUp:
    """`spans` are the earlier periods reckoned with, the last first."""

    question: Question
    as_of: datetime
    currency: str
    growth: MarketGrowthOut | None
    spans: list[Period]
    whole: Part
    teams: list[Part]
    individuals: list[Part]
    trials: list[Trial]
    last_event_at: datetime | None


async def reckon_bottom_up(
    connection: AsyncConnection,
    asked: Asked,
    cut: Cut,
    *,
    by: Identity,
    individuals: int | None,
    now: datetime,
) -> BottomUp:
    """By the deals the caller may see. `individuals`: how many there will be, None for those of then. Refuses
    with `period_invalid` what lies too far ahead."""
    organisation = await load_organisation(connection, ORGANISATION)
    calendar, currency = organisation.calendar, organisation.base_currency
    question = question_of(asked, calendar, now=now)
    moment = None if question.as_of is None else Moment(question.as_of, question.known_at)
    spans = _spans_before(question.period, calendar, question.as_of or now)
    sample = sample_of(by, cut, currency, moment=moment)
    book = await decided_by_owner(connection, sample, spans)
    members = await sellers(connection, by, cut, structure_of(moment))
    growth = await growth_of(connection, question.period)
    factor = Decimal(1) if growth is None else growth.factor
    names = await team_names(connection, structure_of(moment))

    def part(key: UUID | None, name: str | None, owners: frozenset[UUID] | None, count: int) -> Part:
        basis = basis_of(book, range(1, SPANS + 1), owners)
        return Part(key, name, count, basis, basis.expected(count, factor))

    return BottomUp(
        question=question,
        as_of=question.as_of or now,
        currency=currency,
        growth=growth,
        spans=spans[:SPANS],
        whole=part(None, None, None, len(members) if individuals is None else individuals),
        teams=_largest_first(
            part(team, names.get(team), owners, len(owners)) for team, owners in grouped(members).items()
        ),
        individuals=_largest_first(part(member, None, frozenset([member]), 1) for member in members),
        trials=trials_of(book),
        last_event_at=await last_event_at(connection),
    )


def _largest_first(parts: Iterable[Part]) -> list[Part]:
    return sorted(parts, key=lambda each: (-(each.expected or 0), str(each.key)))


def _spans_before(period: Period, calendar: Calendar, as_of: datetime) -> list[Period]:
    """The last eight periods of this kind before it that were over."""
    span = period_before(period, calendar)
    for _ in range(_MOST_AHEAD):
        if span.ends_at <= as_of:
            break
        span = period_before(span, calendar)
    else:
        detail = f"More than {_MOST_AHEAD} such periods lie between; ask for an earlier one."
        raise PeriodError("period_invalid", detail, [FieldError("/query/period", "period_invalid", detail)])
    spans = [span]
    while len(spans) < _LOOKED_AT:
        spans.append(period_before(spans[-1], calendar))
    return spans
