"""Stays of deals in stages, counted: who was lost where, and who stayed longer than usual.

Must never break: a deal counts once for a stage, by its last stay there, in the month it left or came due.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Interval,
    RowMapping,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.domain.life import CLOCK_SKEW
from services.pipeline.deal.rows import DEALS, PASSAGES
from services.pipeline.leak.domain.comparison import MINIMUM_SAMPLE
from services.pipeline.leak.domain.counts import MEASURES, By, Cell, Count, Cut, Measure, Parents, above
from services.pipeline.leak.domain.folding import Overlap
from services.pipeline.pipeline.rows import PIPELINES, STAGES
from services.pipeline.product.queries import LISTING as PRODUCTS
from services.pipeline.tables import ORGANISATION
from shared.organisation.queries import Organisation, owned_by_team
from shared.persistence.types import Instant

NORM = 0.75
"""A stay is too long when it is longer than three quarters of those before."""
_D, _P, _S = DEALS.c, PASSAGES.c, STAGES.c
_MEMBER = ORGANISATION.member
_BYS: tuple[By, ...] = ("owner", "source", "product", "category")


@dataclass(frozen=True, slots=True)
class Span:
    """The period from `since` to `until`, and earlier times from `begins` on."""

    begins: datetime
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """Which stays count: of which span, of deals the caller may read, of which stages and owners.

    `limit_days`: what is too long, where it is known already.
    """

    span: Span
    organisation: Organisation
    readable: ColumnElement[bool]
    pipeline_id: UUID | None = None
    stage_id: UUID | None = None
    team_id: UUID | None = None
    limit_days: float | None = None


async def cells(connection: AsyncConnection, asked: Asked) -> tuple[list[Cell], dict[UUID, float]]:
    """All counts, by one statement; and how many days may be spent in each stage."""
    facts = _facts(asked)
    fact = facts.c
    grouped = (
        func.grouping(fact.owner_id),
        func.grouping(fact.source),
        func.grouping(fact.product_id),
        func.grouping(fact.category),
    )
    query = (
        select(
            *(fact.measure, fact.stage_id, fact.month, fact.now, fact.limit_seconds),
            *(fact.owner_id, fact.team_id, fact.source, fact.product_id, fact.category),
            *(each.label(f"no_{by}") for by, each in zip(_BYS, grouped, strict=True)),
            *_counted(facts),
        )
        .group_by(
            *(fact.measure, fact.stage_id, fact.month, fact.now, fact.limit_seconds),
            func.grouping_sets(
                tuple_(),
                tuple_(fact.owner_id, fact.team_id),
                tuple_(fact.source),
                tuple_(fact.product_id),
                tuple_(fact.category),
            ),
        )
        .limit(1_000_000)
    )
    rows = (await connection.execute(query)).mappings().all()
    limits = {
        row["stage_id"]: float(row["limit_seconds"]) / 86400
        for row in rows
        if row["limit_seconds"] is not None
    }
    return [cell for row in rows if (cell := _cell(row)) is not None], limits


async def overlaps(
    connection: AsyncConnection, asked: Asked, measure: Measure, cuts: Iterable[Cut], parents: Parents
) -> list[Overlap]:
    """How the deals of these cuts of one stage overlap."""
    facts, listed = _facts(asked, measure), sorted(cuts, key=str)
    fact = facts.c
    inside = [is_in(facts, cut, parents).label(f"in_{index}") for index, cut in enumerate(listed)]
    query = select(fact.now, *inside, *_counted(facts)).group_by(fact.now, *inside).limit(1_000_000)
    return [
        Overlap(
            frozenset(cut for index, cut in enumerate(listed) if row[f"in_{index}"]),
            row["now"],
            _count(row),
        )
        for row in (await connection.execute(query)).mappings()
    ]


def bad_deals(asked: Asked, measure: Measure, cut: Cut, parents: Parents) -> Select[tuple[UUID]]:
    """The ids of the deals that were lost or stuck in the period, as a subquery."""
    facts = _facts(asked, measure)
    return select(facts.c.deal_id).where(facts.c.now, facts.c.bad, is_in(facts, cut, parents))


def is_in(facts: Subquery, cut: Cut, parents: Parents) -> ColumnElement[bool]:
    """Whether a stay belongs to the cut; of a team also those of the teams below it."""
    fact = facts.c
    if cut.by == "all" or cut.value is None:
        return literal(value=True)
    if cut.by == "team":
        below = [UUID(team) for team in {cut.value, *parents} if cut.value in above(team, parents)]
        found: ColumnElement[bool] = fact.team_id.in_(below)
    elif cut.by in ("owner", "product"):
        found = fact[f"{cut.by}_id"] == UUID(cut.value)
    else:
        found = fact[cut.by] == cut.value
    return func.coalesce(found, literal(value=False))


async def team_parents(connection: AsyncConnection) -> dict[str, str | None]:
    """Every team with the one above it."""
    team = ORGANISATION.team.c
    rows = await connection.execute(select(team.id, team.parent_id).limit(100_000))
    return {str(id_): None if parent is None else str(parent) for id_, parent in rows}


async def stage_names(connection: AsyncConnection, asked: Asked) -> dict[UUID, RowMapping]:
    """The stages in order: name, pipeline, target."""
    query = (
        select(_S.id, _S.name, _S.pipeline_id, PIPELINES.c.name.label("pipeline"), _S.target_days)
        .join(PIPELINES, PIPELINES.c.id == _S.pipeline_id)
        .where(*_stages(asked))
        .order_by(PIPELINES.c.created_at, PIPELINES.c.id, _S.position)
        .limit(5000)
    )
    return {row["id"]: row for row in (await connection.execute(query)).mappings()}


async def labels(connection: AsyncConnection, cuts: Iterable[Cut]) -> dict[Cut, str]:
    """What teams and products are called; members' names are not known here."""
    named: dict[Cut, str] = {}
    wanted = {by: [cut for cut in cuts if cut.by == by and cut.value] for by in ("team", "product")}
    for by, table in (("team", ORGANISATION.team), ("product", PRODUCTS.table)):
        ids = [UUID(str(cut.value)) for cut in wanted[by]]
        if ids:
            query = select(table.c.id, table.c.name).where(table.c.id.in_(ids)).limit(len(ids))
            names = {str(id_): name for id_, name in await connection.execute(query)}
            named |= {cut: names[cut.value] for cut in wanted[by] if cut.value in names}
    return named


def _stages(asked: Asked) -> list[ColumnElement[bool]]:
    found = [~_S.removed]
    if asked.pipeline_id is not None:
        found.append(_S.pipeline_id == asked.pipeline_id)
    if asked.stage_id is not None:
        found.append(_S.id == asked.stage_id)
    return found


def _stays(asked: Asked) -> CTE:
    """The last stay of each deal in each stage, as far as it reaches into the span."""
    later = PASSAGES.alias("later")
    again = exists().where(
        later.c.deal_id == _P.deal_id,
        later.c.stage_id == _P.stage_id,
        later.c.position > _P.position,
        later.c.outcome.is_(None),
    )
    begins, until = literal(asked.span.begins, Instant), literal(asked.span.until, Instant)
    owners = [] if asked.team_id is None else [owned_by_team(ORGANISATION, _D.owner_id, asked.team_id)]
    currency = asked.organisation.base_currency
    return (
        select(
            *(_P.deal_id, _P.stage_id, _P.entered_at, _P.left_at, _P.forecast_category.label("category")),
            *(_D.owner_id, _D.source, _D.product_id, _MEMBER.c.team_id, _S.target_days),
            and_(_D.status == "lost", _D.stage_id == _P.stage_id).label("lost"),
            case((_D.base_currency == currency, _D.base_amount)).label("value"),
        )
        .select_from(
            DEALS.join(PASSAGES, _P.deal_id == _D.id)
            .join(STAGES, _S.id == _P.stage_id)
            .outerjoin(_MEMBER, _MEMBER.c.id == _D.owner_id)
        )
        .where(
            # Whatever reaches into the span was written no earlier than it began.
            _D.updated_at >= literal(asked.span.begins - CLOCK_SKEW, Instant),
            _P.outcome.is_(None),
            _P.entered_at < until,
            or_(_P.left_at.is_(None), _P.left_at >= begins),
            ~again,
            asked.readable,
            *owners,
            *_stages(asked),
        )
        .cte("stays")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )


def _limits(stays: CTE, asked: Asked) -> CTE:
    """How long one may stay in each stage: its target days, else the norm of earlier stays, as an interval.

    Target days are working days; so many of the week are.
    """
    stay, span = stays.c, asked.span
    lasted = func.coalesce(stay.left_at, literal(span.until, Instant)) - stay.entered_at
    earlier = and_(
        stay.entered_at >= literal(span.begins, Instant), stay.entered_at < literal(span.since, Instant)
    )
    norm = func.percentile_cont(NORM).within_group(lasted)
    week = 7 / len(asked.organisation.calendar.working_days)
    target = func.make_interval(
        0, 0, 0, 0, 0, 0, func.max(stay.target_days) * literal(week * 86400), type_=Interval
    )
    known = func.count().filter(earlier) >= MINIMUM_SAMPLE
    longest: ColumnElement[Any] = func.coalesce(target, case((known, norm.filter(earlier))))
    if asked.limit_days is not None:
        longest = literal(timedelta(days=asked.limit_days), Interval)
    return select(stay.stage_id, longest.label("longest")).group_by(stay.stage_id).cte("limits")


def _facts(asked: Asked, *measures: Measure) -> Subquery:
    """A row for each deal that left a stage, and for each whose time in it was up, with when that was."""
    stays = _stays(asked)
    stay, span = stays.c, asked.span
    begins, since, until = (literal(each, Instant) for each in (span.begins, span.since, span.until))
    limits = _limits(stays, asked)
    due = stay.entered_at + limits.c.longest
    stuck = or_(stay.left_at.is_(None), stay.left_at > due)
    parts = {
        "lost": _part("lost", stays, at=stay.left_at, bad=stay.lost, longest=literal(None, Interval)).where(
            stay.left_at >= begins, stay.left_at < until
        ),
        "stuck": _part("stuck", stays, at=due, bad=stuck, longest=limits.c.longest)
        .join(limits, limits.c.stage_id == stay.stage_id)
        .where(stay.entered_at >= begins, due < until),
    }
    every = union_all(*(parts[measure] for measure in measures or MEASURES)).subquery("every")
    fact = every.c
    local = func.timezone(asked.organisation.calendar.time_zone, fact.at)
    return select(
        *(fact.measure, fact.deal_id, fact.stage_id, fact.owner_id, fact.team_id, fact.source),
        *(fact.product_id, fact.category, fact.bad, fact.value),
        func.extract("epoch", fact.longest).label("limit_seconds"),
        cast(func.date_trunc("month", local), Date).label("month"),
        (fact.at >= since).label("now"),
    ).subquery("facts")


def _part(
    measure: Measure, stays: CTE, *, at: Any, bad: ColumnElement[bool], longest: ColumnElement[Any]
) -> Select[Any]:
    stay = stays.c
    return select(
        literal(measure, Text).label("measure"),
        *(stay.deal_id, stay.stage_id, stay.owner_id, stay.team_id, stay.source, stay.product_id),
        *(stay.category, stay.value, at.label("at"), bad.label("bad"), longest.label("longest")),
    ).select_from(stays)


def _counted(facts: Subquery) -> Sequence[ColumnElement[Any]]:
    fact = facts.c
    return (
        func.count().label("of"),
        func.count().filter(fact.bad).label("bad"),
        func.coalesce(func.sum(fact.value).filter(fact.bad), 0).label("value"),
        func.count().filter(fact.bad, fact.value.is_(None)).label("unvalued"),
    )


def _count(row: RowMapping) -> Count:
    return Count(row["of"], row["bad"], Decimal(row["value"]), row["unvalued"])


def _cell(row: RowMapping) -> Cell | None:
    """None for what belongs to nobody or to nothing: it counts in all only."""
    values = {"owner": row["owner_id"], "source": row["source"], "product": row["product_id"]}
    values["category"] = row["category"]
    cut, team = Cut(), None
    for by in _BYS:
        if row[f"no_{by}"] == 0:
            if values[by] is None:
                return None
            cut = Cut(by, str(values[by]))
            team = row["team_id"] if by == "owner" else None
    return Cell(
        row["measure"],
        row["stage_id"],
        cut,
        row["month"],
        row["now"],
        _count(row),
        None if team is None else str(team),
    )
