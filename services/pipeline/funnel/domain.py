"""How deals that went the same way count in the stages of their pipeline. Pure.

A stage counts as entered by a deal that was in it or jumped over it: opened further on, moved past it, or won
before it. Whatever a deal did, at each stage it entered it has exactly one fate: moved on, lost there, still
there, or gone back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from services.pipeline.pipeline.domain import Pipeline, Stage
from shared.contracts.events.pipeline_deal import DealStatus


@dataclass(frozen=True, slots=True)
class Course:
    """A pipeline as a funnel: its stages in order, and the rank of every stage its deals may have been in."""

    pipeline_id: UUID
    name: str
    active: bool
    stages: tuple[tuple[UUID, str], ...]
    ranks: Mapping[UUID, int]

    def rank(self, stage_id: UUID) -> int:
        """The place of a stage in the order, from 0; of one nobody knows any more, the first."""
        return self.ranks.get(stage_id, 0)


def course(pipeline: Pipeline, every: Mapping[UUID, Stage]) -> Course:
    """`every`: all stages of all pipelines, also those that were removed.

    A stage that is none of the pipeline's any more counts as the one its deals went on in; where they went on
    nowhere, as the one that stands in its place now.
    """
    order = {stage.id: rank for rank, stage in enumerate(pipeline.stages)}
    own = {stage.id for stage in pipeline.removed}
    ranks = dict(order)
    for stage in every.values():
        followed = _followed(stage, every, order)
        if followed is not None:
            ranks[stage.id] = followed
        elif stage.id in own:
            ranks[stage.id] = min(stage.position, len(order)) - 1
    stages = tuple((stage.id, stage.name) for stage in pipeline.stages)
    return Course(pipeline.id, pipeline.name, pipeline.active, stages, ranks)


def _followed(stage: Stage, every: Mapping[UUID, Stage], order: Mapping[UUID, int]) -> int | None:
    seen = set[UUID]()
    while stage.id not in order:
        seen.add(stage.id)
        successor = every.get(stage.successor_id) if stage.successor_id else None
        if successor is None or successor.id in seen:
            return None
        stage = successor
    return order[stage.id]


@dataclass(frozen=True, slots=True)
class Route:
    """Deals of one pipeline and one group that went the same way and are alike now.

    `path`: the stages in order, None where they were closed and reopened. Its first `before` elements were
    before the period. `stage_id`: where they are or ended; `won`: they count as won in this question.
    """

    pipeline_id: UUID
    key: str | None
    path: tuple[UUID | None, ...]
    before: int
    stage_id: UUID
    status: DealStatus
    won: bool
    deals: int
    value: Decimal = Decimal(0)
    valued: int = 0


@dataclass(frozen=True, slots=True)
class Steps:
    """What a way means: ranks entered, those of them the deal really was in, and how often it came back to a
    rank, by moving back or by being reopened."""

    entered: frozenset[int]
    visited: frozenset[int]
    returned: tuple[int, ...]
    reopened: tuple[int, ...]


def steps(route: Route, course: Course) -> Steps:
    """A way forward enters every stage up to the one it leads to."""
    entered, visited = set[int](), set[int]()
    returned, reopened = list[int](), list[int]()
    at, closed = -1, False
    for index, stage_id in enumerate(route.path):
        if stage_id is None:
            closed = True
            continue
        rank = course.rank(stage_id)
        if index >= route.before:
            entered.update(range(at + 1, rank + 1) if rank > at else (rank,))
            visited.add(rank)
            if closed:
                reopened.append(rank)
            elif rank < at:
                returned.append(rank)
        at, closed = rank, False
    if route.won:
        entered.update(range(course.rank(route.stage_id) + 1, len(course.stages)))
    return Steps(frozenset(entered), frozenset(visited), tuple(returned), tuple(reopened))


@dataclass(slots=True)
class StageCount:
    """Deals at one stage. entered = moved_on + lost + still_there + went_back.

    `entered_next`: of all deals counted, those that entered the next stage; after the last, those won.
    """

    entered: int = 0
    jumped_over: int = 0
    moved_on: int = 0
    lost: int = 0
    still_there: int = 0
    went_back: int = 0
    entered_next: int = 0
    returned: int = 0
    reopened: int = 0
    value: Decimal = Decimal(0)
    lost_value: Decimal = Decimal(0)
    still_there_value: Decimal = Decimal(0)


@dataclass(slots=True)
class Totals:
    """All deals counted. deals = open + won + lost."""

    deals: int = 0
    open: int = 0
    won: int = 0
    lost: int = 0
    without_amount: int = 0
    value: Decimal = Decimal(0)
    open_value: Decimal = Decimal(0)
    won_value: Decimal = Decimal(0)
    lost_value: Decimal = Decimal(0)

    def add(self, route: Route) -> None:
        """Count these too."""
        self.deals += route.deals
        self.value += route.value
        self.without_amount += route.deals - route.valued
        setattr(self, route.status, getattr(self, route.status) + route.deals)
        worth = f"{route.status}_value"
        setattr(self, worth, getattr(self, worth) + route.value)


@dataclass(slots=True)
class Tally:
    """The figures of a funnel: totals, and by pipeline the counts of its stages in order."""

    totals: Totals = field(default_factory=Totals)
    stages: dict[UUID, list[StageCount]] = field(default_factory=dict)

    def at(self, course: Course) -> list[StageCount]:
        """The counts of this pipeline."""
        return self.stages.setdefault(course.pipeline_id, [StageCount() for _ in course.stages])


def tally(routes: Iterable[Route], courses: Mapping[UUID, Course]) -> Tally:
    """Every deal counted once. Ways that entered nothing in the period count nowhere."""
    found = Tally()
    for route in routes:
        course = courses[route.pipeline_id]
        taken = steps(route, course)
        if taken.entered or route.won:
            found.totals.add(route)
            _count(found.at(course), route, taken, course)
    return found


def _count(counts: Sequence[StageCount], route: Route, taken: Steps, course: Course) -> None:
    ended = len(counts) if route.status == "won" else course.rank(route.stage_id)
    for rank in taken.entered:
        count = counts[rank]
        count.entered += route.deals
        count.value += route.value
        count.jumped_over += 0 if rank in taken.visited else route.deals
        if rank > 0:
            counts[rank - 1].entered_next += route.deals
        _settle(count, rank, ended, route)
    if route.won:
        counts[-1].entered_next += route.deals
    for rank in taken.returned:
        counts[rank].returned += route.deals
    for rank in taken.reopened:
        counts[rank].reopened += route.deals


def _settle(count: StageCount, rank: int, ended: int, route: Route) -> None:
    if ended > rank:
        count.moved_on += route.deals
    elif ended < rank:
        count.went_back += route.deals
    elif route.status == "lost":
        count.lost += route.deals
        count.lost_value += route.value
    else:
        count.still_there += route.deals
        count.still_there_value += route.value
