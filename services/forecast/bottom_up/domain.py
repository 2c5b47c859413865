"""expected = market growth factor x average pipeline of an individual x win rate x individuals.

The pipeline of an individual in a period: what went through the hands, that is the value of the deals decided
in it, won or lost. A deal without an amount counts as an average won one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from decimal import Decimal
from uuid import UUID

from shared.reporting.figures import ratio

SPANS = 4
FEWEST_SPANS = 2
FEWEST_DEALS = 20
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Decided:
    """Deals decided; `valued` have an amount above 0."""

    won: int = 0
    won_valued: int = 0
    won_value: Decimal = _ZERO
    lost: int = 0
    lost_valued: int = 0
    lost_value: Decimal = _ZERO

    def __add__(self, other: "Decided") -> "Decided":
        return Decided(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))

    @property
    def deals(self) -> int:
        return self.won + self.lost

    @property
    def average_deal(self) -> Decimal:
        """Of the won ones with an amount; 0 without any."""
        return self.won_value / self.won_valued if self.won_valued else _ZERO

    def won_worth(self, average: Decimal) -> Decimal:
        """What the won deals were worth, those without an amount by the average."""
        return self.won_value + (self.won - self.won_valued) * average

    def worth(self, average: Decimal) -> Decimal:
        """What all decided deals were worth, those without an amount by the average."""
        return self.won_worth(average) + self.lost_value + (self.lost - self.lost_valued) * average


Book = Mapping[int, Mapping[UUID | None, Decided]]
"""By how many spans ago, by owner: what was decided."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What some spans let expect of so many individuals. `individual_spans`: in how many spans how many of
    them had deals decided, added up."""

    spans: int
    individual_spans: int
    decided: Decided

    @property
    def is_enough(self) -> bool:
        return self.spans >= FEWEST_SPANS and self.decided.deals >= FEWEST_DEALS

    @property
    def average_pipeline(self) -> Decimal | None:
        """Of one individual in one span; None without any."""
        whole = self.decided.worth(self.decided.average_deal)
        return whole / self.individual_spans if self.individual_spans else None

    @property
    def win_rate(self) -> Decimal | None:
        """By value; None when nothing was worth anything."""
        average = self.decided.average_deal
        whole = self.decided.worth(average)
        return self.decided.won_worth(average) / whole if whole else None

    def expected(self, individuals: int, growth: Decimal) -> Decimal | None:
        """The product of the four; None when too little is known."""
        pipeline, rate = self.average_pipeline, self.win_rate
        if not self.is_enough or pipeline is None or rate is None:
            return None
        return growth * pipeline * rate * individuals


def basis_of(book: Book, spans: Iterable[int], owners: frozenset[UUID] | None = None) -> Basis:
    """Over these spans, of these individuals only; None: of all. Deals of nobody are of no individual."""
    seen, individuals, decided = 0, 0, Decided()
    for span in spans:
        mine = [
            each
            for owner, each in book.get(span, {}).items()
            if owner is not None and (owners is None or owner in owners)
        ]
        seen += bool(mine)
        individuals += len(mine)
        decided = sum(mine, decided)
    return Basis(seen, individuals, decided)


@dataclass(frozen=True, slots=True)
class Trial:
    """A past span (so many ago): what would have been expected when it began, and what was won."""

    span: int
    expected: Decimal
    actual: Decimal


def trials_of(book: Book, *, most: int = SPANS) -> list[Trial]:
    """Each from the four spans before it and the individuals of the last of these, without growth."""
    trials = []
    for span in range(1, most + 1):
        before = basis_of(book, range(span + 1, span + 1 + SPANS))
        individuals = sum(owner is not None for owner in book.get(span + 1, {}))
        expected = before.expected(individuals, Decimal(1))
        if expected is not None:
            actual = sum((each.won_value for each in book.get(span, {}).values()), _ZERO)
            trials.append(Trial(span, expected, actual))
    return trials


def grouped(teams: Mapping[UUID, UUID | None]) -> dict[UUID | None, frozenset[UUID]]:
    """The members of each team."""
    found: dict[UUID | None, set[UUID]] = {}
    for member, team in teams.items():
        found.setdefault(team, set()).add(member)
    return {team: frozenset(members) for team, members in found.items()}


def wape(trials: Sequence[Trial]) -> Decimal | None:
    """Sum of the errors' sizes, divided by what was won."""
    errors = sum((abs(each.expected - each.actual) for each in trials), _ZERO)
    return ratio(errors, sum((each.actual for each in trials), _ZERO))


def bias(trials: Sequence[Trial]) -> Decimal | None:
    """Sum of expected minus actual, divided by what was won."""
    errors = sum((each.expected - each.actual for each in trials), _ZERO)
    return ratio(errors, sum((each.actual for each in trials), _ZERO))
