"""Of findings about the same deals the one that explains the others is named, and these below it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.pipeline.leak.domain.comparison import (
    FALSE_ALARMS,
    LEAST_DIFFERENCE,
    Comparison,
    Finding,
    Run,
    by_cost,
)
from services.pipeline.leak.domain.counts import Count, Cut, Measure
from services.pipeline.leak.domain.statistics import q_values


@dataclass(frozen=True, slots=True)
class Overlap:
    """Deals of one stage and measure that are in exactly these cuts, of those looked at."""

    cuts: frozenset[Cut]
    now: bool
    count: Count


Group = tuple[UUID, Measure]
"""A stage and what is measured there."""


def to_overlap(run: Run) -> dict[Group, frozenset[Cut]]:
    """Where several findings stand, and of which cuts it must be known which deals they share."""
    return {
        key: frozenset(
            cut
            for each in findings
            for cut in (each.comparison.cut, run.levels[key].whole_of(each.comparison.cut))
        )
        for key, findings in run.found().items()
        if len(findings) > 1
    }


def leaks(run: Run, overlaps: Mapping[Group, Sequence[Overlap]]) -> list[Finding]:
    """The leaks of a run, each named once. `overlaps`: for what `to_overlap` asks."""
    named: list[Finding] = []
    for key, findings in run.found().items():
        levels = run.levels[key]
        wholes = {each.comparison.cut: levels.whole_of(each.comparison.cut) for each in findings}
        named += fold(findings, overlaps.get(key, ()), wholes=wholes, threshold=run.threshold)
    return by_cost(settled(named, among=len(run.comparisons)))


def fold(
    findings: Sequence[Finding], overlaps: Sequence[Overlap], *, wholes: Mapping[Cut, Cut], threshold: float
) -> list[Finding]:
    """The findings of a stage and measure, the clearest first, each with those it explains.

    A finding is explained when without the deals of those named before it there is no alarm left: the p-value
    of its other deals is above `threshold`, or they are hardly worse. `wholes`: what each cut is part of.
    """
    named: list[tuple[Finding, list[Finding]]] = []
    for finding in findings:
        comparison = finding.comparison
        for explaining in _growing(named):
            cuts = {each.comparison.cut for each in explaining}
            left = without(comparison, cuts, overlaps, whole=wholes[comparison.cut])
            if left.p_value > threshold or left.difference < LEAST_DIFFERENCE:
                named[len(explaining) - 1][1].append(finding)
                break
        else:
            named.append((finding, []))
    return [replace(finding, explains=tuple(below)) for finding, below in named]


def _growing(named: Sequence[tuple[Finding, list[Finding]]]) -> Iterable[list[Finding]]:
    """The first, the first two, and so on: a finding goes below the one that takes the last of it away."""
    return ([finding for finding, _ in named[: size + 1]] for size in range(len(named)))


def without(comparison: Comparison, cuts: set[Cut], overlaps: Sequence[Overlap], *, whole: Cut) -> Comparison:
    """The comparison made without the deals of these cuts, on both sides."""
    left = [each for each in overlaps if not each.cuts & cuts]
    now = _sum(each for each in left if each.now and comparison.cut in each.cuts)
    if comparison.against == "earlier":
        reference = _sum(each for each in left if not each.now and comparison.cut in each.cuts)
    else:
        others = (each for each in left if each.now and comparison.cut not in each.cuts)
        reference = _sum(each for each in others if whole.by == "all" or whole in each.cuts)
    return comparison.known(now, reference)


def _sum(overlaps: Iterable[Overlap]) -> Count:
    return sum((each.count for each in overlaps), Count())


def settled(findings: Sequence[Finding], *, among: int) -> list[Finding]:
    """Those that are still an alarm when each leak counts once, with the q-value they then have.

    The many findings that one leak explains would otherwise vouch for chance ones elsewhere: here a finding
    is vouched for by those below it, and by other leaks only as one each. `among`: comparisons of the run.
    """
    kept = list(findings)
    while kept:
        judged = [_judged(each, kept, among) for each in kept]
        worst = max(judged, key=lambda each: each.comparison.q_value)
        if worst.comparison.q_value <= FALSE_ALARMS:
            return judged
        kept.pop(judged.index(worst))
    return []


def _judged(finding: Finding, named: Sequence[Finding], among: int) -> Finding:
    own = [each.p_value for each in _comparisons(finding)]
    others = [each.comparison.p_value for each in named if each is not finding]
    q_value = q_values([*own, *others], among=among)[0]
    return replace(finding, comparison=replace(finding.comparison, q_value=q_value))


def _comparisons(finding: Finding) -> Iterable[Comparison]:
    yield finding.comparison
    if finding.also is not None:
        yield finding.also
    for each in finding.explains:
        yield from _comparisons(each)
