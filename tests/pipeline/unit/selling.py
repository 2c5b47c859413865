"""Made-up organisations whose deals leak nowhere, or where a test says."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import numpy

from services.pipeline.leak.domain.comparison import Finding, Run, compare
from services.pipeline.leak.domain.counts import ALL, Cell, Count, Cut, levels_of
from services.pipeline.leak.domain.folding import Overlap, to_overlap
from services.pipeline.leak.domain.folding import leaks as leaks_of

Leaks = Callable[["Part", date], float]
"""How much more is lost of this part of the deals that left in this month."""
STAGES = {name: uuid5(UUID(int=7), name) for name in ("Qualify", "Present", "Propose", "Negotiate")}
USUAL = {"Qualify": 0.3, "Present": 0.2, "Propose": 0.1, "Negotiate": 0.15}
MONTHS = [date(2026 + month // 12, month % 12 + 1, 1) for month in range(15)]
NOW = frozenset(MONTHS[-3:])


@dataclass(frozen=True, slots=True)
class Part:
    """The deals of one rep from one source in one stage."""

    stage: str
    owner: str
    source: str

    def is_in(self, cut: Cut, teams: Mapping[str, str]) -> bool:
        return {"all": None, "owner": self.owner, "source": self.source, "team": teams[self.owner]}[
            cut.by
        ] == cut.value


@dataclass(frozen=True, slots=True)
class Organisation:
    """Reps in teams who sell what comes from a few sources, so many deals a month each."""

    teams: Mapping[str, str]
    sources: Mapping[str, float]
    monthly: float

    def parts(self) -> list[Part]:
        return [Part(*each) for each in ((s, o, f) for s in STAGES for o in self.teams for f in self.sources)]

    def sold(self, seed: int, leaks: Leaks) -> list[tuple[Part, date, Count]]:
        """What left each stage in each month, and how many of it were lost."""
        random = numpy.random.default_rng(seed)
        every = [(part, month) for part in self.parts() for month in MONTHS]
        of = random.poisson([self.monthly * self.sources[part.source] for part, _ in every])
        bad = random.binomial(of, [USUAL[part.stage] + leaks(part, month) for part, month in every])
        return [
            (*where, Count(*counts)) for where, *counts in zip(every, of.tolist(), bad.tolist(), strict=True)
        ]

    def run(self, seed: int, leaks: Leaks = lambda _part, _month: 0.0) -> tuple[Run, list[Finding]]:
        """The comparisons of the last three months, and the findings, folded."""
        sold = self.sold(seed, leaks)
        run = compare(levels_of(self._cells(sold), dict.fromkeys(self.teams.values())))
        overlaps = {key: self._overlaps(sold, cuts, key[0]) for key, cuts in to_overlap(run).items()}
        return run, leaks_of(run, overlaps)

    def _cells(self, sold: list[tuple[Part, date, Count]]) -> Iterator[Cell]:
        totals: dict[Any, Count] = {}
        for part, month, count in sold:
            team = self.teams[part.owner]
            for cut, of_team in (
                (ALL, None),
                (Cut("owner", part.owner), team),
                (Cut("source", part.source), None),
            ):
                key = (STAGES[part.stage], cut, month, of_team)
                totals[key] = totals.get(key, Count()) + count
        for (stage_id, cut, month, team), count in totals.items():
            yield Cell("lost", stage_id, cut, month, month in NOW, count, team)

    def _overlaps(
        self, sold: list[tuple[Part, date, Count]], cuts: frozenset[Cut], stage_id: UUID
    ) -> list[Overlap]:
        return [
            Overlap(frozenset(cut for cut in cuts if part.is_in(cut, self.teams)), month in NOW, count)
            for part, month, count in sold
            if STAGES[part.stage] == stage_id
        ]
