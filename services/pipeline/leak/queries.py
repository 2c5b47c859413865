"""Stays of deals in stages, counted: who was lost where, and who stayed longer than usual.

Must never break: a deal counts once for a stage, by its last stay there, in the month it left or came due.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    Boolean,
    ColumnElement,
    Integer,
    Interval,
    Row,
    RowMapping,
    Select,
    Subquery,
    TableValuedAlias,
    Uuid,
    and_,
    case,
    cast,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.domain.life import CLOCK_SKEW
from services.pipeline.deal.rows import DEALS, PASSAGES, VERSIONS
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
_BY_OF_GROUPING: Mapping[int, By] = {
    0b0111: "owner",
    0b1011: "source",
    0b1101: "product",
    0b1110: "category",
    0b1111: "all",
}
"""What a row is of, by which of the four it is not of."""
_COUNTS = ("of", "bad", "value", "unvalued")
Bucket = tuple[datetime, date, bool]
Limits = Mapping[UUID, timedelta]
"""Stage -> how long one may stay there."""


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


async def cells(connection: AsyncConnection, asked: Asked, limits: Limits) -> list[Cell]:
    """All counts, by one statement. `limits`: of `limits_of`."""
    facts, buckets = _counted_together(_facts(asked, limits)), _buckets(asked)
    fact = facts.c
    query = (
        select(
            *(fact.measure, fact.stage_id, fact.bucket),
            *(fact.owner_id, fact.source, fact.product_id, fact.category),
            func.grouping(fact.owner_id, fact.source, fact.product_id, fact.category).label("absent"),
            *(func.sum(fact[name]).label(name) for name in _COUNTS),
        )
        .group_by(
            *(fact.measure, fact.stage_id, fact.bucket),
            func.grouping_sets(
                tuple_(),
                tuple_(fact.owner_id),
                tuple_(fact.source),
                tuple_(fact.product_id),
                tuple_(fact.category),
            ),
        )
        .limit(1_000_000)
    )
    rows = (await connection.execute(query)).all()
    teams = await _teams(connection)
    return [cell for row in rows if (cell := _cell(row, buckets, teams)) is not None]


async def overlaps(
    connection: AsyncConnection,
    asked: Asked,
    limits: Limits,
    measure: Measure,
    *,
    cuts: Iterable[Cut],
    parents: Parents,
) -> list[Overlap]:
    """How the deals of these cuts of one stage overlap."""
    facts, listed = _facts(asked, limits, [measure]), sorted(cuts, key=str)
    now = _is_now(facts, asked).label("now")
    inside = [is_in(facts, cut, parents).label(f"in_{index}") for index, cut in enumerate(listed)]
    query = select(now, *inside, *_counted(facts)).group_by(now, *inside).limit(1_000_000)
    return [
        Overlap(
            frozenset(cut for index, cut in enumerate(listed) if row[f"in_{index}"]),
            row["now"],
            _count(row["of"], row["bad"], row["value"], row["unvalued"]),
        )
        for row in (await connection.execute(query)).mappings()
    ]


def bad_deals(
    asked: Asked, limits: Limits, measure: Measure, cut: Cut, *, parents: Parents
) -> Select[tuple[UUID]]:
    """The ids of the deals that were lost or stuck in the period, as a subquery."""
    facts = _facts(asked, limits, [measure])
    inside = is_in(facts, cut, parents)
    return select(facts.c.deal_id).where(_is_now(facts, asked), facts.c.bad == 1, inside)


def is_in(facts: Subquery, cut: Cut, parents: Parents) -> ColumnElement[bool]:
    """Whether a stay belongs to the cut; of a team also those of the teams below it."""
    fact = facts.c
    if cut.by == "all" or cut.value is None:
        return literal(value=True)
    if cut.by == "team":
        below = [UUID(team) for team in {cut.value, *parents} if cut.value in above(team, parents)]
        members = select(_MEMBER.c.id).where(_MEMBER.c.team_id.in_(below))
        found: ColumnElement[bool] = fact.owner_id.in_(members)
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


async def _teams(connection: AsyncConnection) -> dict[UUID, str]:
    """The team of every member who has one."""
    query = select(_MEMBER.c.id, _MEMBER.c.team_id).where(_MEMBER.c.team_id.is_not(None)).limit(1_000_000)
    return {member: str(team) for member, team in await connection.execute(query)}


async def limits_of(connection: AsyncConnection, asked: Asked) -> Limits:
    """How long one may stay in each stage: its target days (working days, so many of the week are), else what
    three quarters of the earlier stays took, where there are enough; open ones count so far."""
    if asked.limit_days is not None and asked.stage_id is not None:
        return {asked.stage_id: timedelta(days=asked.limit_days)}
    a_working_day = timedelta(days=7 / len(asked.organisation.calendar.working_days))
    targets = select(_S.id, _S.target_days).where(_S.target_days.is_not(None), *_stages(asked)).limit(5000)
    found = {id_: days * a_working_day for id_, days in await connection.execute(targets)}
    stay = _stays(asked, _S.target_days.is_(None)).subquery("stays").c
    lasted = func.coalesce(stay.left_at, literal(asked.span.until, Instant)) - stay.entered_at
    norms = (
        select(stay.stage_id, func.percentile_cont(NORM).within_group(lasted))
        .where(
            stay.entered_at >= literal(asked.span.begins, Instant),
            stay.entered_at < literal(asked.span.since, Instant),
        )
        .group_by(stay.stage_id)
        .having(func.count() >= MINIMUM_SAMPLE)
        .limit(5000)
    )
    return found | {row[0]: row[1] for row in await connection.execute(norms)}


def _stays(asked: Asked, *which: ColumnElement[bool]) -> Select[Any]:
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
            *(_P.deal_id, _P.stage_id, _P.entered_at, _P.left_at, _category().label("category")),
            *(_D.owner_id, _D.source, _D.product_id),
            and_(_D.status == "lost", _D.stage_id == _P.stage_id).label("lost"),
            case((_D.base_currency == currency, _D.base_amount)).label("value"),
        )
        .select_from(DEALS.join(PASSAGES, _P.deal_id == _D.id).join(STAGES, _S.id == _P.stage_id))
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
            *which,
        )
    )


def _category() -> ColumnElement[str]:
    """What the deal was forecast as before it left the stage: what a person said of it there, else what the
    stage says. The versions of a deal are looked at only where a person ever said something."""
    last, any_said = VERSIONS.alias("last"), VERSIONS.alias("any_said")
    said = (
        select(last.c.forecast_category)
        .where(
            last.c.deal_id == _P.deal_id,
            last.c.stage_id == _P.stage_id,
            last.c.status == "open",
            last.c.there,
        )
        .order_by(last.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    by_hand = select(any_said.c.deal_id).where(any_said.c.forecast_category_manual)
    return case(
        (_P.deal_id.in_(by_hand), func.coalesce(said, _P.forecast_category)), else_=_P.forecast_category
    )


def _facts(asked: Asked, limits: Limits, measures: Sequence[Measure] = MEASURES) -> Subquery:
    """A row for each deal that left a stage, and for each whose time in it was up. `bucket`: in which month
    of the span that was, counted from 1; `bad`: 1 or 0."""
    stays, longest = _stays(asked).subquery("stays"), _given(limits)
    stay, span = stays.c, asked.span
    due = stay.entered_at + longest.c.longest
    stuck = or_(stay.left_at.is_(None), stay.left_at > due)
    each = {"lost": (stay.left_at, stay.lost), "stuck": (due, stuck)}
    event = (
        func.unnest(
            array([literal(MEASURES.index(measure), Integer) for measure in measures]),
            array([each[measure][0] for measure in measures]),
            array([each[measure][1] for measure in measures]),
        )
        .table_valued(column("measure", Integer), column("at", Instant), column("bad", Boolean), name="event")
        .render_derived()
    )
    begins, until = literal(span.begins, Instant), literal(span.until, Instant)
    months = literal([first for first, _, _ in _buckets(asked)], ARRAY(Instant))
    known = stays.outerjoin(longest, longest.c.stage_id == stay.stage_id)
    return (
        select(
            *(stay.deal_id, stay.stage_id, stay.owner_id, stay.source, stay.product_id, stay.category),
            *(event.c.measure, stay.value, cast(event.c.bad, Integer).label("bad")),
            func.width_bucket(event.c.at, months).label("bucket"),
        )
        .select_from(known.join(event, literal(value=True)))
        .where(
            event.c.at >= begins,
            event.c.at < until,
            or_(event.c.measure == MEASURES.index("lost"), stay.entered_at >= begins),
        )
        .subquery("facts")
    )


def _given(limits: Limits) -> TableValuedAlias:
    """The limits as rows of a statement."""
    return (
        func.unnest(literal(list(limits), ARRAY(Uuid)), literal(list(limits.values()), ARRAY(Interval)))
        .table_valued(column("stage_id", Uuid), column("longest", Interval), name="limits")
        .render_derived()
    )


def _buckets(asked: Asked) -> list[Bucket]:
    """The months of the span, the one in which the period begins in two: since when, which, whether now."""
    span, calendar = asked.span, asked.organisation.calendar
    day = calendar.local_date(span.begins).replace(day=1)
    found = [(span.begins, day, span.begins >= span.since)]
    while (day := (day + timedelta(days=32)).replace(day=1)) <= calendar.local_date(span.until):
        found.append((calendar.start_of(day), day, calendar.start_of(day) >= span.since))
    begun = calendar.local_date(span.since).replace(day=1)
    if span.since not in [first for first, _, _ in found]:
        found.append((span.since, begun, True))
    return sorted(found)


def _is_now(facts: Subquery, asked: Asked) -> ColumnElement[bool]:
    """Whether it was in the period."""
    first = next(index for index, bucket in enumerate(_buckets(asked), start=1) if bucket[2])
    return facts.c.bucket >= first


def _counted_together(facts: Subquery) -> CTE:
    """Deals that are alike in everything counted as one row: far fewer are sorted by each cut then."""
    fact = facts.c
    alike = (
        *(fact.measure, fact.stage_id, fact.bucket),
        *(fact.owner_id, fact.source, fact.product_id, fact.category),
    )
    return (
        select(*alike, *_counted(facts))
        .group_by(*alike)
        .cte("together")
        .prefix_with("MATERIALIZED", dialect="postgresql")
    )


def _counted(facts: Subquery) -> Sequence[ColumnElement[Any]]:
    fact = facts.c
    bad = fact.bad == 1
    return (
        func.count().label("of"),
        func.sum(fact.bad).label("bad"),
        func.coalesce(func.sum(fact.value).filter(bad), 0).label("value"),
        func.count().filter(bad, fact.value.is_(None)).label("unvalued"),
    )


def _count(of: int, bad: int, value: Decimal, unvalued: int) -> Count:
    return Count(int(of), int(bad), Decimal(value), int(unvalued))


def _cell(row: Row[Any], buckets: Sequence[Bucket], teams: Mapping[UUID, str]) -> Cell | None:
    """None for what belongs to nobody or to nothing: it counts in all only."""
    by = _BY_OF_GROUPING[row.absent]
    value = {
        "all": "",
        "owner": row.owner_id,
        "source": row.source,
        "product": row.product_id,
        "category": row.category,
    }[by]
    if value is None:
        return None
    _, month, now = buckets[row.bucket - 1]
    return Cell(
        MEASURES[row.measure],
        row.stage_id,
        Cut() if by == "all" else Cut(by, str(value)),
        month,
        now,
        _count(row.of, row.bad, row.value, row.unvalued),
        teams.get(value) if by == "owner" else None,
    )
