"""Points for fit and for engagement, each 0 to 100.

A fit rule gives its points when its condition holds. An engagement rule counts the lead's events of its kinds
(activities that have happened, and touches) within `within_days`; when there are `at_least` to `at_most` of
them and its condition, if it has one, holds, it gives points x 0.5^(days since the latest / half_life_days).
The rules of one group give together at most the group's cap either way; a part is the sum, kept from 0 to 100
and rounded half up.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Literal
from uuid import UUID

from services.leads.expression.domain import Expression, Facts, Failure, compile_expression, holds
from shared.contracts.errors import DomainError, FieldError

Part = Literal["fit", "engagement"]
MOST_POINTS = 100
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Event:
    """Something the lead did or that was done with it."""

    kind: str
    at: datetime


@dataclass(frozen=True)
class ScoreRule:
    """One rule. `group_cap`: what its group gives at most; of several caps of a group the smallest counts."""

    id: UUID
    name: str
    part: Part
    points: int
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    condition: str | None = None
    group: str | None = None
    group_cap: int | None = None
    events: tuple[str, ...] = ()
    at_least: int = 1
    at_most: int | None = None
    within_days: int | None = None
    half_life_days: float | None = None
    active: bool = True
    archived_at: datetime | None = None

    def check(self) -> None:
        """Refuses a rule that could never give points, or whose condition cannot be read."""
        if self.condition is not None:
            compile_expression(self.condition, pointer="/condition", wanted="condition")
        if self.part == "fit" and self.condition is None:
            raise _faulty("/condition", "A fit rule needs a condition.")
        if self.part == "fit" and self.events:
            raise _faulty("/events", "A fit rule counts no events; make it an engagement rule.")
        if self.part == "engagement" and not self.events:
            raise _faulty("/events", "An engagement rule says which events it counts.")
        if self.at_most is not None and self.at_most < self.at_least:
            raise _faulty("/at_most", "at_most is less than at_least.")

    def given(self, facts: Facts, events: Sequence[Event], now: datetime) -> "Given":
        """What it gives to this lead; one that fails gives nothing and says why."""
        meant = self._counted(events, now)
        reached = self.part == "fit" or self.at_least <= len(meant) <= (self.at_most or len(meant))
        found = holds(self._compiled, facts) if reached and self._compiled is not None else reached
        if isinstance(found, Failure):
            return Given(self, 0.0, len(meant), found.detail)
        return Given(self, self._faded(meant, now) if found else 0.0, len(meant))

    @cached_property
    def _compiled(self) -> Expression | None:
        return None if self.condition is None else compile_expression(self.condition)

    def _counted(self, events: Sequence[Event], now: datetime) -> list[datetime]:
        oldest = None if self.within_days is None else self.within_days * _DAY
        return [
            event.at
            for event in events
            if event.kind in self.events
            and event.at <= now
            and (oldest is None or (now - event.at).total_seconds() <= oldest)
        ]

    def _faded(self, events: Sequence[datetime], now: datetime) -> float:
        if self.half_life_days is None or not events:
            return float(self.points)
        age = (now - max(events)).total_seconds() / _DAY
        return float(self.points * 0.5 ** (age / self.half_life_days))


@dataclass(frozen=True, slots=True)
class Given:
    """What one rule gives. `events`: how many it counted; `failure`: why it could not be asked."""

    rule: ScoreRule
    points: float
    events: int
    failure: str | None = None


def all_given(
    rules: Iterable[ScoreRule], facts: Facts, events: Sequence[Event], now: datetime
) -> list[Given]:
    """What every rule gives to one lead."""
    return [_safely(rule, facts, events, now) for rule in rules]


def total(given: Iterable[Given], part: Part) -> int:
    """The points of a part."""
    by_group: dict[str | None, list[Given]] = defaultdict(list)
    for each in given:
        if each.rule.part == part:
            by_group[each.rule.group].append(each)
    points = sum(_capped(group, members) for group, members in by_group.items())
    kept = min(max(points, 0.0), float(MOST_POINTS))
    return int(Decimal(str(kept)).quantize(Decimal(1), ROUND_HALF_UP))


def _capped(group: str | None, members: Sequence[Given]) -> float:
    points = sum(each.points for each in members)
    caps = [each.rule.group_cap for each in members if each.rule.group_cap is not None]
    if group is None or not caps:
        return points
    return min(max(points, -float(min(caps))), float(min(caps)))


def _safely(rule: ScoreRule, facts: Facts, events: Sequence[Event], now: datetime) -> Given:
    try:
        return rule.given(facts, events, now)
    except DomainError as error:
        return Given(rule, 0.0, 0, error.detail)


def _faulty(pointer: str, detail: str) -> DomainError:
    return DomainError("validation_failed", detail, [FieldError(pointer, "wrong", detail)])
