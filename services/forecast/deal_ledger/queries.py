"""Deals to reckon with: as they stand, or as they stood. Other capabilities read the ledger through this."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Exists,
    FromClause,
    Select,
    Subquery,
    and_,
    exists,
    func,
    or_,
    select,
    true,
    tuple_,
    union,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.selectable import LateralFromClause

from services.forecast.deal_ledger.tables import SOON, deal_fact, deal_now

Instant = datetime | ColumnElement[datetime]
_MINUTE = timedelta(minutes=1)
COLUMNS = tuple(name for name in deal_now.c.keys() if name in deal_fact.c)  # noqa: SIM118 - a collection of columns


def deals(as_of: datetime | None = None, known_at: datetime | None = None) -> Subquery:
    """One row per deal: as it stands now, or as it stood at `as_of`. A deal not yet created is not there.

    With `known_at` only what had been told by then counts; without `as_of` that means as of then too.
    PostgreSQL pulls this subquery up, so conditions on it use the ledger's indexes.
    """
    instant = known_at if as_of is None else as_of
    if instant is None:
        return select(*(deal_now.c[name] for name in COLUMNS)).subquery("deal")
    columns = [deal_fact.c[name] for name in COLUMNS]
    if known_at is None:
        return select(*columns).where(_holds(instant)).subquery("deal")
    return _held_once(columns, instant, known_at).subquery("deal")


def statements_then(
    as_of: ColumnElement[datetime], known_at: ColumnElement[datetime]
) -> tuple[FromClause, ColumnElement[bool]]:
    """The statements about deals, and which of them stood then as far as was known: for a question about many
    instants, as a lateral subquery of each. What nothing overrules until now is not looked up.
    """
    fact = deal_fact.alias("deal")
    told = and_(fact.c.valid_from <= as_of, fact.c.known_at <= known_at)
    return fact, and_(told, or_(fact.c.valid_to > as_of, ~_told_over(fact, as_of, known_at)))


async def since(connection: AsyncConnection) -> tuple[datetime | None, datetime | None]:
    """When the first deal was created, and when the first thing was told of any; None while there is none."""
    row = await connection.execute(
        select(
            select(func.min(deal_now.c.created_at)).scalar_subquery(),
            select(func.min(deal_fact.c.known_at)).scalar_subquery(),
        )
    )
    created, told = row.one()
    return created, told


def _holds(as_of: datetime) -> ColumnElement[bool]:
    """The statement that all that is known now lets stand at the instant: of each deal at most one."""
    return and_(deal_fact.c.valid_from <= as_of, deal_fact.c.valid_to > as_of)


def _held_once(columns: list[Column[Any]], as_of: datetime, known_at: datetime) -> Select[Any]:
    """`_held` at one instant, found quickly. What still holds at `as_of` is not overruled by anything. What
    does not may have held then only if what overrules it was told after `known_at`: few deals are looked at.

    These few are joined, not asked for by IN: the planner, which cannot know how few they are, would go
    through their list for every statement.
    """
    looked_at = _overruled_since(as_of, known_at)
    told = and_(deal_fact.c.valid_from <= as_of, deal_fact.c.known_at <= known_at)
    held = and_(
        looked_at.c.deal_id.is_not(None), ~_told_over(deal_fact, as_of, known_at, looked_at.c.deal_id)
    )
    joined = deal_fact.outerjoin(looked_at, looked_at.c.deal_id == deal_fact.c.deal_id)
    return select(*columns).select_from(joined).where(told, or_(deal_fact.c.valid_to > as_of, held))


def _overruled_since(as_of: datetime, known_at: datetime) -> Subquery:
    """Deals with statements that reach back to `as_of` and were told after `known_at`, by two indexes: told
    late, or, as soon as they held, since a little before `known_at`."""
    late, soon = deal_fact.alias("late").c, deal_fact.alias("soon").c
    return union(
        select(late.deal_id).where(
            late.known_at - late.valid_from > SOON, late.known_at > known_at, late.valid_from <= as_of
        ),
        select(soon.deal_id).where(
            soon.valid_from > known_at - _MINUTE, soon.valid_from <= as_of, soon.known_at > known_at
        ),
    ).subquery("looked_at")


def deal_at(
    deal_id: ColumnElement[UUID],
    as_of: datetime | None = None,
    known_at: datetime | None = None,
    *,
    unless: ColumnElement[bool] | None = None,
) -> Select[Any]:
    """How one deal stood, for a LATERAL join: by the primary key, whatever the planner thinks of the rest.
    `unless`: of which it is not looked up.

    Which statement it is is read out of the index alone: a deal that was not there yet costs next to nothing.
    """
    instant = known_at if as_of is None else as_of
    wanted = [] if unless is None else [~unless]
    if instant is None:
        present = select(*(deal_now.c[name] for name in COLUMNS))
        return present.where(deal_now.c.deal_id == deal_id, *wanted).limit(1)
    key = deal_fact.alias("key")
    told = [] if known_at is None else [key.c.known_at <= known_at]
    last = (
        select(key.c.deal_id, key.c.sequence, key.c.part)
        .where(key.c.deal_id == deal_id, key.c.valid_from <= instant, *told, *wanted)
        .order_by(key.c.sequence.desc(), key.c.part.desc())
        .limit(1)
        .correlate_except(key)
        .lateral("last")
    )
    same = [deal_fact.c[name] == last.c[name] for name in ("deal_id", "sequence", "part")]
    columns = (deal_fact.c[name] for name in COLUMNS)
    return select(*columns).select_from(last.join(deal_fact, and_(*same))).limit(1)


def deals_known(at: datetime) -> Subquery:
    """`deals(at, at)` of all deals, quick when little was told since: those of which nothing was are as now.

    For statements that are told when they begin to hold, or later.
    """
    changed = deal_now.alias("changed")
    then = deal_at(changed.c.deal_id, at, at).lateral("then")
    return union_all(
        select(*(deal_now.c[name] for name in COLUMNS)).where(deal_now.c.known_at <= at),
        select(*(then.c[name] for name in COLUMNS))
        .select_from(changed.join(then, true()))
        .where(changed.c.known_at > at),
    ).subquery("deal")


def _told_over(
    fact: FromClause, as_of: Instant, known_at: Instant, deal_id: ColumnElement[UUID] | None = None
) -> Exists:
    """A later statement about the same deal that had been told, and reaches back as far: by the primary key;
    an aggregate over a deal's statements would be reckoned for all deals. `deal_id`: as the fact's."""
    other = deal_fact.alias("later")
    later = other.c
    found = exists().where(
        later.deal_id == (fact.c.deal_id if deal_id is None else deal_id),
        tuple_(later.sequence, later.part) > tuple_(fact.c.sequence, fact.c.part),
        later.valid_from <= as_of,
        later.known_at <= known_at,
    )
    return found.correlate_except(other)


async def freshness(connection: AsyncConnection) -> tuple[int, datetime | None]:
    """How many deals are known, and when the newest event among them was made."""
    row = await connection.execute(select(func.count(), func.max(deal_now.c.known_at)).select_from(deal_now))
    count, newest = row.one()
    return count, newest


async def last_event_at(connection: AsyncConnection) -> datetime | None:
    """When the newest deal event in the ledger was made; None while there is none."""
    newest: datetime | None = await connection.scalar(select(func.max(deal_now.c.known_at)))
    return newest


async def first_win_at(connection: AsyncConnection) -> datetime | None:
    """When the first deal was won of all that are known; None while there is none."""
    first: datetime | None = await connection.scalar(
        select(func.min(deal_now.c.closed_at)).where(deal_now.c.status == "won")
    )
    return first


def was_expected(
    deal_id: ColumnElement[UUID], *, since: datetime, first: date, last: date
) -> ColumnElement[bool]:
    """Whether the deal was, at any time since, open and expected to close on one of these days. What an
    imported deal's past was made of does not count: its dates are those of the end."""
    fact = deal_fact.c
    return exists().where(
        fact.deal_id == deal_id,
        fact.status == "open",
        ~fact.reconstructed,
        fact.valid_to > since,
        fact.expected_close.between(first, last),
    )


def name_of(deal_id: ColumnElement[UUID]) -> tuple[LateralFromClause, ColumnElement[str]]:
    """What the deal is called, as something to join and the column in it."""
    named = select(deal_now.c.name).where(deal_now.c.deal_id == deal_id).lateral("named")
    return named, named.c.name


def named_deals() -> Subquery:
    """One row per deal as it stands now, with its name. PostgreSQL pulls the subquery up."""
    return select(*(deal_now.c[name] for name in ("name", "sequence", *COLUMNS))).subquery("named_deal")
