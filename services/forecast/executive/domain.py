"""A year of revenue beside the year before: months add up to quarters, quarters to the year."""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from datetime import date
from decimal import Decimal

from shared.contracts.periods import Calendar, Period
from shared.reporting.figures import Meanings, ratio

_ZERO = Decimal(0)
DEFINITIONS: Meanings = {
    "closed": ("Amount of the deals won in the period, in the organisation's currency.", None),
    "commit": ("Closed, plus open deals in commit expected to close in the period.", None),
    "best_case": ("Commit, plus open deals in most likely and best case expected in the period.", None),
    "weighted": (
        "Closed, plus amount times probability of the open deals expected to close in the period, but those "
        "omitted.",
        None,
    ),
    "target": ("What is planned, as set now, for exactly this period and scope; null when nothing is.", None),
    "gap_to_target": ("Target minus closed; negative when exceeded.", None),
    "attainment": ("Closed", "Target"),
    "closed_to_date": (
        "Of last year's same period: what was closed up to the same day of the year, that day included.",
        None,
    ),
    "growth": (
        "Closed minus what was closed to date in last year's same period",
        "What was closed to date in last year's same period",
    ),
    "closed_deals": ("Deals won in the period.", None),
    "deals_without_amount": ("Deals in these figures without an amount: they add nothing.", None),
    "p10": ("In one of ten such periods less than this is won in all.", None),
    "p50": (
        "What the period brings, half likely to be more; with 80 % likelihood between p10 and p90. Predicted "
        "from this organisation's own past; of a period that is over what was closed; null where that past "
        "is too short or the period too far ahead. `GET /v1/forecast/prediction` tells what it is made of.",
        None,
    ),
    "p90": ("In one of ten such periods more than this is won in all.", None),
    "expected_growth": (
        "Weighted minus what was closed in last year's same period",
        "What was closed in last year's same period",
    ),
}


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over deals. `to_date` is the part of closed up to the day a year before the answer's."""

    closed: Decimal = _ZERO
    deals: int = 0
    to_date: Decimal = _ZERO
    commit: Decimal = _ZERO
    upside: Decimal = _ZERO
    weighted: Decimal = _ZERO
    without_amount: int = 0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True, slots=True)
class Line:
    """A period of the year and the same one a year before."""

    period: Period
    before: Period
    sums: Sums
    last: Sums
    target: Decimal | None = None
    last_target: Decimal | None = None

    @property
    def growth(self) -> Decimal | None:
        """Closed against what was closed by the same day last year; None without any."""
        return ratio(self.sums.closed - self.last.to_date, self.last.to_date)

    @property
    def expected_growth(self) -> Decimal | None:
        """Closed and weighted against all of last year's period; None without any."""
        return ratio(self.sums.closed + self.sums.weighted - self.last.closed, self.last.closed)


Spans = list[tuple[Period, Period]]


def months_of(year: Period, before: Period, calendar: Calendar) -> Spans:
    """The twelve months of the fiscal year, each with the same one a year before."""

    def months(begins: date) -> list[Period]:
        index = begins.year * 12 + begins.month - 1
        names = [f"{each // 12}-{each % 12 + 1:02}" for each in range(index, index + 12)]
        return [calendar.period(name, now=year.starts_at) for name in names]

    return list(zip(months(year.starts_on), months(before.starts_on), strict=True))


def quarters_of(year: Period, before: Period, calendar: Calendar) -> Spans:
    """The four fiscal quarters, each with the same one a year before."""

    def quarters(name: str) -> list[Period]:
        return [calendar.period(f"{name}-Q{number}", now=year.starts_at) for number in (1, 2, 3, 4)]

    return list(zip(quarters(year.name), quarters(before.name), strict=True))


def lines_of(
    spans: Spans, by_month: Mapping[date, Sums], plans: Mapping[tuple[date, date], Decimal]
) -> list[Line]:
    """A line for each period: the sums of its months, and what was planned for exactly its days."""
    return [
        Line(
            period,
            before,
            _over(by_month, period),
            _over(by_month, before),
            plans.get((period.starts_on, period.ends_on)),
            plans.get((before.starts_on, before.ends_on)),
        )
        for period, before in spans
    ]


def _over(by_month: Mapping[date, Sums], period: Period) -> Sums:
    inside: Iterable[Sums] = (
        sums for month, sums in by_month.items() if period.starts_on <= month <= period.ends_on
    )
    return sum(inside, Sums())
