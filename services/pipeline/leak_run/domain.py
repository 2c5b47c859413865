"""A nightly look for leaks, and since when each leak is seen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from services.pipeline.leak.domain.comparison import Against, Finding
from services.pipeline.leak.domain.counts import By, Cut, Measure

NIGHTLY = "leak.nightly"
"""The kind of work that looks for leaks."""
SUBJECT = UUID(int=0)
"""There is one row of nights."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A leak as a run saw it. `first_seen`: the first night of the unbroken row of nights that saw it."""

    stage_id: UUID
    measure: Measure
    by: By
    value: str | None
    against: Against
    deals: int
    of: int
    reference_deals: int
    reference_of: int
    q_value: float
    excess_value: Decimal
    first_seen: date

    @property
    def key(self) -> tuple[UUID, Measure, By, str | None]:
        """What it is the same leak by."""
        return self.stage_id, self.measure, self.by, self.value


@dataclass(frozen=True, slots=True)
class LeakRun:
    """One night: how many comparisons were made, how many cuts were too small, what was found."""

    id: UUID
    at: datetime
    begins: date
    ends: date
    currency: str
    comparisons: int
    too_small: int
    findings: tuple[Sighting, ...]


def sightings(found: Sequence[Finding], before: Sequence[Sighting], today: date) -> tuple[Sighting, ...]:
    """The findings, each since when it is seen; `before`: those of the night before."""
    seen = {each.key: each.first_seen for each in before}
    made = (_sighting(each, today) for each in found)
    return tuple(each if each.key not in seen else _since(each, seen[each.key]) for each in made)


def _sighting(finding: Finding, today: date) -> Sighting:
    found = finding.comparison
    return Sighting(
        stage_id=found.stage_id,
        measure=found.measure,
        by=found.cut.by,
        value=found.cut.value,
        against=found.against,
        deals=found.now.bad,
        of=found.now.of,
        reference_deals=found.reference.bad,
        reference_of=found.reference.of,
        q_value=found.q_value,
        excess_value=found.excess_value.quantize(Decimal("0.01")),
        first_seen=today,
    )


def _since(sighting: Sighting, first_seen: date) -> Sighting:
    return replace(sighting, first_seen=first_seen)


def covering(found: Sequence[Sighting], stage_id: UUID, measure: Measure, cut: Cut) -> Sighting | None:
    """The leak of just this part of the stage's deals, else of all of them."""
    by_key = {each.key: each for each in found}
    own = by_key.get((stage_id, measure, cut.by, cut.value))
    return own or by_key.get((stage_id, measure, "all", None))
