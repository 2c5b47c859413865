"""Deals that went the same way, counted by the database; and how long stays lasted."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Float,
    FromClause,
    Integer,
    Select,
    Subquery,
    Uuid,
    and_,
    case,
    cast,
    column,
    func,
    literal,
    null,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.rows import DEALS, PASSAGES
from services.pipeline.deal_report.queries import WHOLE, Sample
from services.pipeline.funnel.domain import Course, Route
from services.pipeline.funnel.schemas import Basis
from shared.contracts.periods import Period
from shared.persistence.types import Instant

_P = PASSAGES.c
_BEFORE = 2
"""So many passages before the period tell from where a deal came into it: one, and a closing after it."""
_MOST_STAGES = 1_000
Durations = dict[tuple[UUID, int], "Duration"]


@dataclass(frozen=True, slots=True)
class Duration:
    """How long the ended stays in a stage lasted, in seconds."""

    stays: int
    mean: float
    median: float


@dataclass(frozen=True, slots=True)
class Study:
    """The deals of the sample that were created in the period, followed on (`cohort`), or those that entered
    a stage in it (`period`)."""

    sample: Sample
    period: Period
    basis: Basis

    def within(self, instant: ColumnElement[Any]) -> ColumnElement[bool]:
        """In the period, and not after the deals are looked at."""
        return self.sample.within(instant, self.period)

    def by_then(self, instant: ColumnElement[Any]) -> ColumnElement[Any]:
        """The instant, null if it was still to come as the deals are looked at."""
        as_of = self.sample.as_of
        return instant if as_of is None else case((instant <= as_of, instant))

    @property
    def path(self) -> ColumnElement[Any]:
        """The way of a deal so far."""
        went, as_of = self.sample.went.c, self.sample.as_of
        if as_of is None:
            return went.path
        return went.path[1 : func.width_bucket(literal(as_of, Instant), went.path_at)]


async def routes(connection: AsyncConnection, study: Study) -> list[Route]:
    """The ways of the deals; by period, those within it of deals that entered a stage or ended in it."""
    each = (_of_cohort(study) if study.basis == "cohort" else _of_period(study)).subquery("each_deal").c
    alike = (each.pipeline_id, each.key, each.path, each.before, each.stage_id, each.status, each.won)
    counted = (func.count(), func.coalesce(func.sum(each.value), 0), func.count(each.value))
    rows = await connection.execute(select(*alike, *counted).group_by(*alike))
    return [
        Route(
            pipeline_id=pipeline_id,
            key=key,
            path=tuple(path),
            before=before,
            stage_id=stage_id,
            status=status,
            won=won,
            deals=deals,
            value=Decimal(value),
            valued=valued,
        )
        for pipeline_id, key, path, before, stage_id, status, won, deals, value, valued in rows
    ]


def _of_cohort(study: Study) -> Select[Any]:
    deal = study.sample.deal.c
    won = (deal.status == "won").label("won")
    columns = (*_identity(study.sample), study.path.label("path"), literal(0).label("before"), won)
    return study.sample.select(*columns).where(study.within(deal.created_at))


def _of_period(study: Study) -> Select[Any]:
    deal, went = study.sample.deal.c, _went_in(study)
    path = study.sample.went.c.path[func.greatest(went.c.first - _BEFORE, 1) : went.c.last]
    won = and_(deal.status == "won", study.within(deal.closed_at))
    columns = (
        *_identity(study.sample),
        func.coalesce(path, cast([], ARRAY(Uuid))).label("path"),
        func.coalesce(func.least(went.c.first - 1, _BEFORE), 0).label("before"),
        func.coalesce(won, False).label("won"),
    )
    return study.sample.select(*columns).join(went, went.c.deal_id == deal.id)


def _identity(sample: Sample) -> Sequence[ColumnElement[Any]]:
    deal = sample.deal.c
    return (
        deal.pipeline_id,
        sample.key.label("key"),
        deal.stage_id,
        deal.status,
        sample.value.label("value"),
    )


def _went_in(study: Study) -> Subquery:
    """First and last passage within the period, null for a deal that was only won or lost in it."""
    position = case((_P.outcome.is_(None), _P.position))
    entries = select(_P.deal_id, position.label("position")).where(study.within(_P.entered_at))
    endings = select(DEALS.c.id, cast(null(), Integer)).where(study.within(DEALS.c.closed_at))
    went = union_all(entries, endings).subquery("went_in").c
    bounds = (func.min(went.position).label("first"), func.max(went.position).label("last"))
    return select(went.deal_id, *bounds).group_by(went.deal_id).subquery("went")


async def durations(
    connection: AsyncConnection, study: Study, courses: Sequence[Course], longest: int
) -> dict[str | None, Durations]:
    """How long ended stays lasted: of all stays of the cohort, or of those that began in the period. By key;
    of all under the key WHOLE. `longest`: no path has more elements."""
    stays = _stays_of_cohort(study, longest) if study.basis == "cohort" else _stays_of_period(study)
    stay, place = stays.subquery("stay").c, _places(courses)
    same = and_(place.c.pipeline_id == stay.pipeline_id, place.c.stage_id == stay.stage_id)
    lasted = (func.count(), func.avg(stay.seconds), func.percentile_cont(0.5).within_group(stay.seconds))
    number = place.c.place
    each = func.grouping_sets(tuple_(number), tuple_(number, stay.key)) if study.sample.split else number
    whole = func.grouping(stay.key) if study.sample.split else literal(1)
    key = stay.key if study.sample.split else null()
    rows = await connection.execute(
        select(whole, key, number, *lasted).join(place, same).where(stay.seconds.is_not(None)).group_by(each)
    )
    found: dict[str | None, Durations] = {}
    for is_whole, one, at, *figures in rows:
        course, rank = divmod(at, _MOST_STAGES)
        spot = courses[course].pipeline_id, rank
        found.setdefault(WHOLE if is_whole else one, {})[spot] = Duration(*figures)
    return found


def _stays_of_cohort(study: Study, longest: int) -> Select[Any]:
    deal, went = study.sample.deal.c, study.sample.went.c
    way = (went.path.label("path"), went.path_at.label("path_at"), deal.closed_at)
    columns = (deal.pipeline_id, study.sample.key.label("key"), *way)
    each = study.sample.select(*columns).where(study.within(deal.created_at)).subquery("each_deal")
    place = func.generate_series(1, longest).table_valued(column("at", Integer), name="place")
    place = place.render_derived()
    at, path, path_at = place.c.at, each.c.path, each.c.path_at
    left_at = func.coalesce(study.by_then(path_at[at + 1]), each.c.closed_at)
    stay = (each.c.pipeline_id, each.c.key, path[at].label("stage_id"), _seconds(left_at - path_at[at]))
    stays = select(*stay).join_from(each, place, at <= func.cardinality(path)).where(path[at].is_not(None))
    return stays if study.sample.as_of is None else stays.where(path_at[at] <= study.sample.as_of)


def _stays_of_period(study: Study) -> Select[Any]:
    deal = study.sample.deal.c
    lasted = _seconds(study.by_then(_P.left_at) - _P.entered_at)
    columns = (deal.pipeline_id, study.sample.key.label("key"), _P.stage_id, lasted)
    stays = study.sample.select(*columns).join(PASSAGES, _P.deal_id == deal.id)
    return stays.where(study.within(_P.entered_at), _P.outcome.is_(None))


def _seconds(lasted: ColumnElement[Any]) -> ColumnElement[float]:
    return func.date_part("epoch", lasted, type_=Float).label("seconds")


def _places(courses: Sequence[Course]) -> FromClause:
    """Every stage with one number for where it stands: what is grouped by a number is sorted quickly."""
    rows = [
        (each.pipeline_id, stage_id, number * _MOST_STAGES + rank)
        for number, each in enumerate(courses)
        for stage_id, rank in each.ranks.items()
    ]
    pipelines, stages, places = ([row[index] for row in rows] for index in range(3))
    arrays = (
        literal(pipelines, ARRAY(Uuid)),
        literal(stages, ARRAY(Uuid)),
        literal(places, ARRAY(Integer)),
    )
    columns = (column("pipeline_id", Uuid), column("stage_id", Uuid), column("place", Integer))
    return func.unnest(*arrays).table_valued(*columns, name="places").render_derived()
