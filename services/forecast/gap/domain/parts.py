"""The gap between forecast and actual, taken apart by what became of each deal.

Every amount of a deal is rounded to cents before it is added: parts, groups and days add up to the cent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, get_args

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
