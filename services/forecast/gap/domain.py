"""The gap between forecast and actual, taken apart by what became of each deal.

Every amount of a deal is rounded to cents before it is added: parts, groups and days add up to the cent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, get_args
from uuid import UUID

from shared.contracts.periods import Period
from shared.working_time.domain import WorkingTime

Method = Literal["predicted", "weighted", "target"]
By = Literal["team", "owner", "stage", "source", "product"]
# fmt: off
Fate = Literal[
    "lost", "pushed_out", "overdue", "still_open", "dropped", "won_before", "won", "won_unplanned", "won_new",
    "new_business",
]
Part = Literal[
    "lost", "pushed_out", "overdue", "still_open", "dropped", "won_before", "shrunk", "new_business",
    "won_beyond_chance", "grown", "won_unplanned", "won_new", "not_in_pipeline",
]
# fmt: on
State = Literal["ok", "insufficient_history", "no_target"]
METHODS: tuple[Method, ...] = get_args(Method)
CUTS: tuple[By, ...] = get_args(By)
FATES: tuple[Fate, ...] = get_args(Fate)
PARTS: tuple[Part, ...] = get_args(Part)
MISSING: tuple[Part, ...] = ("lost", "pushed_out", "overdue", "still_open", "dropped", "shrunk")
"""Parts in which deals did not bring what they were to bring."""
STANDS_OUT = Decimal("0.1")
"""A cut is behind a gap when its excess is so much of all that is missing."""
_AS_THEY_ARE: Mapping[Part, Fate] = {
    "lost": "lost",
    "pushed_out": "pushed_out",
    "overdue": "overdue",
    "still_open": "still_open",
    "dropped": "dropped",
    "won_before": "won_before",
    "new_business": "new_business",
    "won_unplanned": "won_unplanned",
    "won_new": "won_new",
}
_SPEAKING: tuple[By, ...] = ("stage", "source", "product", "team", "owner")
_ZERO = Decimal(0)
_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Sum:
    """Deals of one fate. `planned`: what they were to bring by now; `amount`: what they were worth then;
    `won`: what they brought; `short`: by how much those that brought less than they were worth fell short;
    `fell_short` and `grew`: how many brought less and more than they were worth."""

    deals: int = 0
    planned: Decimal = _ZERO
    amount: Decimal = _ZERO
    won: Decimal = _ZERO
    short: Decimal = _ZERO
    fell_short: int = 0
    grew: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(
            self.deals + other.deals,
            self.planned + other.planned,
            self.amount + other.amount,
            self.won + other.won,
            self.short + other.short,
            self.fell_short + other.fell_short,
            self.grew + other.grew,
        )


Sums = Mapping[Fate, Sum]


@dataclass(frozen=True, slots=True)
class PartSum:
    """How much a part widens the gap (below 0: narrows it), and by how many deals."""

    amount: Decimal
    deals: int


@dataclass(frozen=True, slots=True)
class Cut:
    """A part of the deals: those of one team, owner, stage, source or product; `value` None: of none."""

    by: By
    value: str | None


@dataclass(frozen=True, slots=True)
class Seen:
    """All deals that were to bring something by now or did, added up.

    `by_day`: what was to come and what came. `places`: what is missing of a cut (None: everywhere), by the
    stages in which deals were lost or wait. `stages`: what stages are called.
    """

    whole: dict[Fate, Sum]
    cuts: dict[Cut, dict[Fate, Sum]]
    by_day: Mapping[date, tuple[Decimal, Decimal]]
    places: dict[Cut | None, dict[Fate, dict[UUID, Decimal]]]
    stages: Mapping[UUID, str]

    def where(self, behind: "Behind") -> UUID | None:
        """The stage in which most of what is behind a gap was lost or waits."""
        fates = self.places.get(behind.cut, {})
        found = next((by_stage for fate, by_stage in fates.items() if fate == behind.part), {})
        return max(found, key=lambda stage: (found[stage], -stage.int), default=None)

    def with_teams(self, group_of: Mapping[UUID, UUID | None]) -> "Seen":
        """The owners' sums added up by team as well."""
        owners: dict[Cut, list[Cut]] = {}
        for cut in self.cuts:
            if cut.by == "owner":
                team = group_of.get(UUID(cut.value)) if cut.value else None
                owners.setdefault(Cut("team", None if team is None else str(team)), []).append(cut)
        sums = {team: added(self.cuts[each] for each in cuts) for team, cuts in owners.items()}
        places: dict[Cut | None, dict[Fate, dict[UUID, Decimal]]] = {
            team: _places_added(self.places.get(each, {}) for each in cuts) for team, cuts in owners.items()
        }
        return replace(self, cuts=self.cuts | sums, places=self.places | places)


def _places_added(
    many: Iterable[Mapping[Fate, Mapping[UUID, Decimal]]],
) -> dict[Fate, dict[UUID, Decimal]]:
    together: dict[Fate, dict[UUID, Decimal]] = {}
    for fates in many:
        for fate, by_stage in fates.items():
            here = together.setdefault(fate, {})
            for stage, amount in by_stage.items():
                here[stage] = here.get(stage, _ZERO) + amount
    return together


@dataclass(frozen=True, slots=True)
class Behind:
    """What explains most of a gap: in this cut (None: everywhere) so much is missing by this part.

    `excess`: beyond what its share of the plan would make likely. `share`: of all that is missing.
    """

    cut: Cut | None
    part: Part
    amount: Decimal
    deals: int
    share: Decimal
    excess: Decimal


@dataclass(frozen=True, slots=True)
class Day:
    """Forecast and actual by the end of a day. A day that is not over adds nothing to the forecast yet."""

    day: date
    forecast: Decimal | None
    actual: Decimal
    complete: bool

    @property
    def gap(self) -> Decimal | None:
        """Forecast less actual."""
        return None if self.forecast is None else self.forecast - self.actual


@dataclass(frozen=True, slots=True)
class Span:
    """A period up to now. `through`: the last of its days that is over, None on its first."""

    period: Period
    through: date | None
    today: date

    @property
    def days(self) -> list[date]:
        """Its days up to today."""
        last = min(self.today, self.period.ends_on)
        return [
            self.period.starts_on + timedelta(days=each)
            for each in range((last - self.period.starts_on).days + 1)
        ]


def span_of(period: Period, today: date) -> Span:
    """The period as of today."""
    yesterday = min(today - timedelta(days=1), period.ends_on)
    return Span(period, yesterday if yesterday >= period.starts_on else None, today)


@dataclass(frozen=True, slots=True)
class Line:
    """By which day of the period which share of its target is due: as its working days go by."""

    working: WorkingTime
    period: Period
    amount: Decimal
    _days: Mapping[date, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        passed, by_day = 0, {}
        for offset in range((self.period.ends_on - self.period.starts_on).days + 1):
            day = self.period.starts_on + timedelta(days=offset)
            passed += day.isoweekday() in self.working.week and day not in self.working.closed
            by_day[day] = passed
        object.__setattr__(self, "_days", by_day)

    def share(self, through: date | None) -> Decimal:
        """Of the period's working days so many are over. Without a working day all is due on its last day."""
        if through is None:
            return _ZERO
        days, passed = self._days[self.period.ends_on], self._days[through]
        return Decimal(passed) / days if days else Decimal(through == self.period.ends_on)

    def due(self, through: date | None) -> Decimal:
        """In cents."""
        return (self.amount * self.share(through)).quantize(_CENT)


def total(sums: Sums) -> Sum:
    """Over all fates."""
    return sum(sums.values(), Sum())


def parts_of(sums: Sums) -> dict[Part, PartSum]:
    """What widens and what narrows the gap; the amounts add up to planned less won. Without what is 0."""
    won = sums.get("won", Sum())
    parts: dict[Part, PartSum] = {
        part: _lacking(sums.get(fate, Sum())) for part, fate in _AS_THEY_ARE.items()
    }
    parts |= {
        "shrunk": PartSum(won.short, won.fell_short),
        "won_beyond_chance": PartSum(won.planned - won.amount, won.deals),
        "grown": PartSum(won.amount - won.won - won.short, won.grew),
    }
    return {part: parts[part] for part in PARTS if part in parts and parts[part].amount}


def missing_of(sums: Sums) -> dict[Part, PartSum]:
    """Only what deals did not bring that were to."""
    return {part: each for part, each in parts_of(sums).items() if part in MISSING and each.amount > 0}


def _lacking(each: Sum) -> PartSum:
    return PartSum(each.planned - each.won, each.deals)


def behind_of(by_cut: Mapping[Cut, Sums], whole: Sums) -> Behind | None:
    """The cut and part whose missing amount is furthest beyond its share of all that was decided; where none
    stands out, the largest part alone. None when nothing is missing."""
    missing = missing_of(whole)
    lacking = sum((each.amount for each in missing.values()), _ZERO)
    if not lacking:
        return None
    found = [
        each
        for cut, sums in by_cut.items()
        for part, here in missing_of(sums).items()
        if cut.value is not None
        for each in [_explains(cut, part, here, lacking, missing[part].amount * _weight(sums, whole))]
    ]
    best = max(found, key=_striking, default=None)
    if best is not None and best.excess >= STANDS_OUT * lacking:
        return best
    part, largest = max(missing.items(), key=lambda each: (each[1].amount, -PARTS.index(each[0])))
    return Behind(None, part, largest.amount, largest.deals, _of(largest.amount, lacking), _ZERO)


def _explains(cut: Cut, part: Part, here: PartSum, lacking: Decimal, expected: Decimal) -> Behind:
    return Behind(
        cut,
        part,
        here.amount,
        here.deals,
        _of(here.amount, lacking),
        (here.amount - expected).quantize(_CENT),
    )


def _weight(sums: Sums, whole: Sums) -> Decimal:
    """The share of all that was to come or came which lies in these."""
    here, there = (_volume(each) for each in (sums, whole))
    return here / there if there else _ZERO


def _volume(sums: Sums) -> Decimal:
    return sum((max(each.planned, each.won) for fate, each in sums.items() if fate != "new_business"), _ZERO)


def _of(part: Decimal, whole: Decimal) -> Decimal:
    return (part / whole).quantize(Decimal("0.0001"))


def _striking(each: Behind) -> tuple[Decimal, Decimal, int, str]:
    """Of equals the larger; of cuts of the very same deals the one that says most: a stage or a source."""
    by, value = ("owner", "") if each.cut is None else (each.cut.by, each.cut.value or "")
    return each.excess, each.amount, -_SPEAKING.index(by), value


def added(many: Iterable[Sums]) -> dict[Fate, Sum]:
    """Of several parts of the deals together."""
    together: dict[Fate, Sum] = {}
    for sums in many:
        for fate, each in sums.items():
            together[fate] = together.get(fate, Sum()) + each
    return together


def spread(whole: Decimal, gained: Mapping[date, float]) -> dict[date, Decimal]:
    """The amount over days by what was gained until each, so that the last day holds all of it."""
    last = max(gained.values(), default=0.0)
    return {
        day: (whole * Decimal(each / last)).quantize(_CENT) if last else whole for day, each in gained.items()
    }


def child_teams(
    team_of: Mapping[UUID, UUID | None], below: UUID | None, parents: Mapping[UUID, UUID | None]
) -> dict[UUID, UUID | None]:
    """The group of each member: its team; below a given team that team's child whose subtree holds it."""

    def group(team: UUID | None) -> UUID | None:
        if below is None or team is None or team == below:
            return team
        seen: set[UUID] = set()
        while team is not None and team not in seen and parents.get(team) != below:
            seen.add(team)
            team = parents.get(team)
        return team if team is not None and team not in seen else None

    return {member: group(team) for member, team in team_of.items()}
