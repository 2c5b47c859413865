"""Which forecasts are held against what became of them, and by how much they were wrong."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from services.forecast.prediction.domain.days import month_start
from shared.contracts.periods import Calendar, Period
from shared.reporting.asked import period_before
from shared.reporting.figures import ratio

Kind = Literal["month", "quarter"]
GroupBy = Literal["owner", "team", "product"]
Horizon = Literal["start", "90", "60", "30", "14", "7"]
Method = Literal[
    "weighted",
    "commit",
    "most_likely",
    "best_case",
    "last_period",
    "same_period_last_year",
    "predicted",
    "submitted",
]
State = Literal["ok", "insufficient_history"]

METHODS: tuple[Method, ...] = (
    *("weighted", "commit", "most_likely", "best_case"),
    *("last_period", "same_period_last_year", "predicted", "submitted"),
)
BASELINES: tuple[Method, ...] = ("last_period", "same_period_last_year")
"""They rest on closed deals alone."""
BY_LEDGER: tuple[Method, ...] = METHODS[:-2]
"""Those whose figures are sums of deals."""
HORIZONS: tuple[Horizon, ...] = ("start", "90", "60", "30", "14", "7")
FEWEST_PERIODS = 3
FEWEST_DEALS = 30
MOST_PERIODS = 24
KEEP = "accuracy.keep"
"""The kind of work that keeps what past forecasts knew."""
SUBJECT = UUID(int=0)
"""There is one row of nights."""
_HOUR = timedelta(hours=2)
_KEPT = timedelta(days=366 * 8)
BINS = 10


@dataclass(frozen=True, slots=True)
class Look:
    """One forecast: of which period, made when, and from which earlier periods baselines take their figure.

    `then`: something had been told by that instant. An imported past had not: its open deals are not known
    as they were, so only baselines are made of it.
    """

    index: int
    period: Period
    horizon: Horizon
    made_at: datetime
    then: bool
    last: Period
    year_ago: Period

    @property
    def known_at(self) -> datetime | None:
        """What had been told by then counts; of an imported past all that is known now."""
        return self.made_at if self.then else None


@dataclass(frozen=True, slots=True)
class Point:
    """What was foretold, and what became of it."""

    look: Look
    forecast: Decimal
    actual: Decimal

    @property
    def error(self) -> Decimal | None:
        """(actual - forecast) / actual: positive when more came than foretold."""
        return ratio(self.actual - self.forecast, self.actual)

    @property
    def accuracy(self) -> Decimal | None:
        """1 - |actual - forecast| / actual, at least 0."""
        missed = ratio(abs(self.actual - self.forecast), self.actual)
        return None if missed is None else max(Decimal(0), 1 - missed)


@dataclass(frozen=True, slots=True)
class Score:
    """Over all points. `accuracy` is the mean over those whose actual is not 0."""

    periods: int
    wape: Decimal | None
    bias: Decimal | None
    accuracy: Decimal | None
    state: State


def score(points: Sequence[Point]) -> Score:
    """Null figures below three periods: two may agree by chance."""
    if len(points) < FEWEST_PERIODS:
        return Score(len(points), None, None, None, "insufficient_history")
    actual = sum((each.actual for each in points), Decimal())
    missed = sum((abs(each.actual - each.forecast) for each in points), Decimal())
    over = sum((each.forecast - each.actual for each in points), Decimal())
    known = [each.accuracy for each in points if each.accuracy is not None]
    return Score(
        len(points),
        ratio(missed, actual),
        ratio(over, actual),
        ratio(sum(known, Decimal()), len(known)),
        "ok",
    )


def finished_periods(
    kind: Kind, calendar: Calendar, *, now: datetime, most: int, first: date | None, last: date | None
) -> list[Period]:
    """The last `most` that are over, the earliest first; of those within `first` to `last`, where given."""
    period = calendar.period(kind, now=now)
    found: list[Period] = []
    while len(found) < most:
        period = period_before(period, calendar)
        if period.starts_on < (first or period.starts_on) or period.starts_on.year < now.year - MOST_PERIODS:
            break
        if last is None or period.ends_on <= last:
            found.append(period)
    return found[::-1]


def looks(
    periods: Iterable[Period], kind: Kind, calendar: Calendar, *, first_told: datetime | None
) -> list[Look]:
    """Every horizon of every period."""
    made = [
        (period, horizon, _made_at(period, horizon, calendar)) for period in periods for horizon in HORIZONS
    ]
    return [
        Look(
            index=index,
            period=period,
            horizon=horizon,
            made_at=at,
            then=first_told is not None and first_told <= at,
            last=period_before(calendar.period(kind, now=at), calendar),
            year_ago=_year_ago(period, calendar),
        )
        for index, (period, horizon, at) in enumerate(made)
    ]


def look_at_span(
    index: int, first: date, last: date, calendar: Calendar, *, first_told: datetime | None
) -> Look:
    """Whole months from the first day to the last, foretold at their beginning."""
    start, end = first.toordinal(), last.toordinal() + 1
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    period, before, year_ago = (
        _span(month_start(start, -earlier), month_start(end, -earlier), calendar)
        for earlier in (0, months, 12)
    )
    at = period.starts_at
    return Look(index, period, "start", at, first_told is not None and first_told <= at, before, year_ago)


def _span(start: int, end: int, calendar: Calendar) -> Period:
    first, last = date.fromordinal(start), date.fromordinal(end - 1)
    return calendar.span(f"{first.isoformat()}..{last.isoformat()}", first, last)


def worth_keeping(calendar: Calendar, *, now: datetime, first_told: datetime | None) -> list[Look]:
    """Of all periods that are over and can be asked for, the latest first; nothing of an imported past."""
    found: dict[tuple[date, date, datetime], Look] = {}
    kinds: tuple[Kind, ...] = ("quarter", "month")
    periods = {
        kind: finished_periods(kind, calendar, now=now, most=MOST_PERIODS, first=None, last=None)
        for kind in kinds
    }
    wanted = [each for kind in kinds for each in looks(periods[kind], kind, calendar, first_told=first_told)]
    months = periods["month"]
    wanted += [
        look_at_span(0, first.starts_on, last.ends_on, calendar, first_told=first_told)
        for number, first in enumerate(months)
        for last in months[number + 1 : number + 3]
    ]
    for each in wanted:
        found.setdefault((each.period.starts_on, each.period.ends_on, each.made_at), each)
    then = sorted((each for each in found.values() if each.then), key=lambda each: each.made_at, reverse=True)
    return [replace(each, index=index) for index, each in enumerate(then)]


def forgotten_before(now: datetime) -> date:
    """Nobody can ask for periods that end earlier."""
    return (now - _KEPT).date()


def next_night(calendar: Calendar, now: datetime) -> datetime:
    """The first two o'clock local time after `now`."""
    today = calendar.local_date(now)
    tonight = calendar.start_of(today) + _HOUR
    return tonight if tonight > now else calendar.start_of(today + timedelta(days=1)) + _HOUR


def _made_at(period: Period, horizon: Horizon, calendar: Calendar) -> datetime:
    """The beginning of the period, or of the day that many days before its last."""
    if horizon == "start":
        return period.starts_at
    return calendar.start_of(period.ends_on - timedelta(days=int(horizon) - 1))


def _year_ago(period: Period, calendar: Calendar) -> Period:
    year, rest = period.name[:4], period.name[4:]
    return calendar.period(f"{int(year) - 1}{rest}", now=period.starts_at)


@dataclass(frozen=True, slots=True)
class Bin:
    """Decided deals whose probability lay in one tenth: how many, how many won; sums of what was said, and of
    (said - outcome) squared."""

    index: int
    deals: int
    won: int
    said: Decimal
    squares: Decimal

    def __add__(self, other: "Bin") -> "Bin":
        return Bin(
            self.index,
            self.deals + other.deals,
            self.won + other.won,
            self.said + other.said,
            self.squares + other.squares,
        )

    @property
    def bounds(self) -> tuple[Decimal, Decimal]:
        """From, to."""
        return Decimal(self.index) / BINS, Decimal(self.index + 1) / BINS


@dataclass(frozen=True, slots=True)
class Calibration:
    """`brier`: mean of (probability - outcome) squared; `brier_of_share`: if all had the share won."""

    deals: int
    undecided: int
    brier: Decimal | None
    brier_of_share: Decimal | None
    bins: tuple[Bin, ...]
    state: State


def calibration(seen: Iterable[Bin], undecided: int) -> Calibration:
    """Of what was seen at all looks. Null below 30 decided deals."""
    by_tenth: dict[int, Bin] = {}
    for each in seen:
        by_tenth[each.index] = by_tenth[each.index] + each if each.index in by_tenth else each
    bins = [each for _, each in sorted(by_tenth.items()) if each.deals]
    deals, won = sum(each.deals for each in bins), sum(each.won for each in bins)
    if deals < FEWEST_DEALS:
        return Calibration(deals, undecided, None, None, (), "insufficient_history")
    squares = sum((each.squares for each in bins), Decimal())
    share = Decimal(won) / deals
    return Calibration(
        deals, undecided, ratio(squares, deals), ratio(share * (1 - share), 1), tuple(bins), "ok"
    )


def largest_first(actual: Iterable[tuple[UUID | None, Decimal]]) -> Iterator[UUID | None]:
    """Groups by what they brought; nobody's last."""
    order = sorted(actual, key=lambda each: (each[0] is None, -each[1], str(each[0])))
    return (key for key, _ in order)
