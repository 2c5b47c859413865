"""Every stage and cut is compared with its own past and with the rest; what stands out is a finding."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from services.pipeline.leak.domain.counts import ALL, Count, Cut, Levels, Line, Measure
from services.pipeline.leak.domain.statistics import (
    chance_of_more,
    difference_interval,
    q_values,
    turn_for_the_worse,
)

Against = Literal["earlier", "rest"]
MINIMUM_SAMPLE = 30
"""So many deals on either side, or no comparison is made."""
FALSE_ALARMS = 0.05
"""The share of false alarms among the findings, and of runs that find anything where there is nothing."""
LEAST_DIFFERENCE = 0.05
"""A share has to be so much higher, or it is not worth talking about."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A cut in the period against a reference. `p_value`: how likely so many bad ones are by chance alone."""

    stage_id: UUID
    measure: Measure
    cut: Cut
    against: Against
    now: Count
    reference: Count
    p_value: float
    q_value: float = 1.0

    @property
    def difference(self) -> float:
        """How much higher the share is."""
        return self.now.share - self.reference.share

    @property
    def interval(self) -> tuple[float, float]:
        """Between what that lies with 95 % certainty."""
        return difference_interval(self.now.bad, self.now.of, self.reference.bad, self.reference.of)

    @property
    def excess(self) -> float:
        """How many bad ones more than at the share compared with."""
        return self.now.bad - self.now.of * self.reference.share

    @property
    def excess_value(self) -> Decimal:
        """What these are worth, at the mean value of the bad ones."""
        return self.now.value * Decimal(self.excess) / self.now.bad if self.now.bad else Decimal()

    @property
    def striking(self) -> bool:
        """Whether it is a finding."""
        return self.q_value <= FALSE_ALARMS and self.difference >= LEAST_DIFFERENCE

    def known(self, other: Count, reference: Count) -> "Comparison":
        """The same about fewer deals; q stays that of all."""
        return replace(self, now=other, reference=reference, p_value=chance(other, reference))


@dataclass(frozen=True, slots=True)
class Finding:
    """A leak. `since`: the first of the worse months, None where it was always so.

    `also`: the same cut against the other reference. `explains`: findings that are gone without this one's
    deals.
    """

    comparison: Comparison
    since: date | None
    also: Comparison | None = None
    explains: "tuple[Finding, ...]" = ()


@dataclass(frozen=True, slots=True)
class Run:
    """All comparisons of a run, and how many cuts were too small for one."""

    comparisons: Sequence[Comparison]
    too_small: int
    levels: Mapping[tuple[UUID, Measure], Levels]

    @property
    def threshold(self) -> float:
        """The largest p-value that is still an alarm in this run; 0 without any."""
        return max((each.p_value for each in self.comparisons if each.striking), default=0.0)

    def found(self) -> dict[tuple[UUID, Measure], list[Finding]]:
        """What stands out by stage and measure, each cut once, the clearest first."""
        groups: dict[tuple[UUID, Measure], list[Finding]] = {}
        for cut, comparisons in self._striking().items():
            stage_id, measure, where = cut
            line = self.levels[stage_id, measure].lines[where]
            best, *others = sorted(comparisons, key=clearest)
            finding = Finding(best, since(line), also=others[0] if others else None)
            groups.setdefault((stage_id, measure), []).append(finding)
        return {key: sorted(each, key=lambda one: clearest(one.comparison)) for key, each in groups.items()}

    def _striking(self) -> dict[tuple[UUID, Measure, Cut], list[Comparison]]:
        found: dict[tuple[UUID, Measure, Cut], list[Comparison]] = {}
        for each in self.comparisons:
            if each.striking:
                found.setdefault((each.stage_id, each.measure, each.cut), []).append(each)
        return found


def clearest(comparison: Comparison) -> tuple[float, float]:
    """The order of findings: what is least likely by chance, of equals what costs most deals."""
    return comparison.p_value, -comparison.excess


def chance(now: Count, reference: Count) -> float:
    """The p-value of this many bad ones."""
    return chance_of_more(now.bad, now.of, reference.bad, reference.of)


def compare(levels: Mapping[tuple[UUID, Measure], Levels]) -> Run:
    """Compare whatever is large enough; the q-values are over all of it."""
    made: list[Comparison] = []
    too_small = 0
    for (stage_id, measure), each in levels.items():
        for cut in each.distinct():
            for against, reference in references(each, cut):
                now = each.lines[cut].now
                if min(now.of, reference.of) < MINIMUM_SAMPLE:
                    too_small += 1
                    continue
                p_value = chance(now, reference)
                made.append(Comparison(stage_id, measure, cut, against, now, reference, p_value))
    corrected = q_values([each.p_value for each in made])
    judged = [replace(each, q_value=q) for each, q in zip(made, corrected, strict=True)]
    return Run(judged, too_small, levels)


def references(levels: Levels, cut: Cut) -> Iterator[tuple[Against, Count]]:
    """What a cut is compared with: its own past, and what else there is now."""
    line = levels.lines[cut]
    yield "earlier", line.earlier
    if cut != ALL:
        yield "rest", levels.lines[levels.whole_of(cut)].now - line.now


def since(line: Line) -> date | None:
    """The first month of the run of worse months that reaches to the present."""
    months = sorted(line.months.items())
    turn = turn_for_the_worse([(count.bad, count.of) for _, count in months])
    return None if turn is None else months[turn][0][0]


def by_cost(findings: Iterable[Finding]) -> list[Finding]:
    """What costs most comes first: by value, then by deals."""
    return sorted(findings, key=lambda each: (-each.comparison.excess_value, -each.comparison.excess))
