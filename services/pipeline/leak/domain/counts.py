"""How many deals of which cut were lost or stuck in which stage and month: what comparisons are made of."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

Measure = Literal["lost", "stuck"]
By = Literal["all", "team", "owner", "source", "product", "category"]
MEASURES: tuple[Measure, ...] = ("lost", "stuck")
Parents = Mapping[str, str | None]
"""Team -> the team above it."""


@dataclass(frozen=True, slots=True, order=True)
class Cut:
    """A part of the deals: those of a rep, a team with the teams below it, a source ...; or all of them."""

    by: By = "all"
    value: str | None = None


ALL = Cut()
CUT_ORDER: tuple[By, ...] = ("all", "team", "owner", "source", "product", "category")


@dataclass(frozen=True, slots=True)
class Count:
    """Deals, the bad ones among them, and what these are worth; `unvalued` of them have no amount."""

    of: int = 0
    bad: int = 0
    value: Decimal = Decimal()
    unvalued: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.of + other.of,
            self.bad + other.bad,
            self.value + other.value,
            self.unvalued + other.unvalued,
        )

    def __sub__(self, other: "Count") -> "Count":
        return Count(
            self.of - other.of,
            self.bad - other.bad,
            self.value - other.value,
            self.unvalued - other.unvalued,
        )

    @property
    def share(self) -> float:
        """The bad ones among them; 0 of none."""
        return self.bad / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Cell:
    """The deals of one stage, cut and month. `now`: in the period asked about, else earlier.

    `team`: of a rep's deals, the team the rep belongs to.
    """

    measure: Measure
    stage_id: UUID
    cut: Cut
    month: date
    now: bool
    count: Count
    team: str | None = None


@dataclass(slots=True)
class Line:
    """One cut of one stage through time."""

    now: Count = field(default_factory=Count)
    earlier: Count = field(default_factory=Count)
    months: dict[tuple[date, bool], Count] = field(default_factory=dict)

    def add(self, cell: Cell) -> None:
        """Count these in."""
        if cell.now:
            self.now += cell.count
        else:
            self.earlier += cell.count
        key = (cell.month, cell.now)
        self.months[key] = self.months.get(key, Count()) + cell.count

    @property
    def size(self) -> tuple[int, int]:
        """How many deals now and earlier: a part as large as the whole is the whole."""
        return self.now.of, self.earlier.of


@dataclass(frozen=True, slots=True)
class Levels:
    """The lines of one stage and measure. `teams`: the team of each rep."""

    lines: dict[Cut, Line]
    teams: Mapping[str, str]
    parents: Parents

    def whole_of(self, cut: Cut) -> Cut:
        """What the cut is compared with the rest of: for a rep the team, where there is one, else all."""
        team = self.teams.get(cut.value or "") if cut.by == "owner" else None
        return ALL if team is None else Cut("team", team)

    def distinct(self) -> Iterator[Cut]:
        """Every cut but those that are all of a wider one, or hold nothing but a narrower one."""
        whole = self.lines[ALL].size if ALL in self.lines else (0, 0)
        same = {self._above(cut) for cut in self.lines if cut.by in ("team", "owner") and self._fills(cut)}
        for cut, line in self.lines.items():
            if cut == ALL or (line.size != whole and cut not in same):
                yield cut

    def _fills(self, cut: Cut) -> bool:
        above = self._above(cut)
        return above in self.lines and self.lines[cut].size == self.lines[above].size

    def _above(self, cut: Cut) -> Cut:
        team = self.teams.get(cut.value or "") if cut.by == "owner" else self.parents.get(cut.value or "")
        return ALL if team is None else Cut("team", team)


def levels_of(cells: Iterable[Cell], parents: Parents) -> dict[tuple[UUID, Measure], Levels]:
    """The lines of each stage and measure; the deals of a rep count for the team and all teams above it."""
    found: dict[tuple[UUID, Measure], Levels] = {}
    teams: dict[str, str] = {}
    for cell in cells:
        levels = found.setdefault((cell.stage_id, cell.measure), Levels({}, teams, parents))
        lines = levels.lines
        lines.setdefault(cell.cut, Line()).add(cell)
        if cell.cut.by == "owner" and cell.cut.value and cell.team:
            teams[cell.cut.value] = cell.team
            for team in above(cell.team, parents):
                lines.setdefault(Cut("team", team), Line()).add(cell)
    return found


def above(team: str, parents: Parents) -> list[str]:
    """The team and those above it, the nearest first."""
    found: list[str] = []
    at: str | None = team
    while at is not None and at not in found:
        found.append(at)
        at = parents.get(at)
    return found
