"""Deals as they stood at an instant by business time, as far as that was known at another."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    DefaultClause,
    FromClause,
    Subquery,
    Table,
    True_,
    and_,
    exists,
    func,
    literal,
    literal_column,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.visitors import ExternallyTraversible, replacement_traverse

from services.pipeline.deal.tables import deal, deal_clock, deal_clock_past, deal_version
from services.pipeline.tables import ORGANISATION
from shared.organisation.queries import load_organisation
from shared.persistence.types import Instant
from shared.reporting.asked import AskedMoment, Moment
from shared.web.listing import Listing

_V = deal_version.c
Clause = TypeVar("Clause", bound=ExternallyTraversible)


async def moment_asked(connection: AsyncConnection, asked: AskedMoment, *, now: datetime) -> Moment | None:
    """What is asked by the organisation's calendar; None for how deals stand now."""
    if asked == AskedMoment():
        return None
    organisation = await load_organisation(connection, ORGANISATION)
    return asked.moment(organisation.calendar, now=now)


def deals_as_of(as_of: datetime, known_at: datetime | None = None) -> Subquery:
    """The columns of `deal`, one row for each deal that was there at `as_of`, as it stood then.

    `known_at`: without what was recorded later. PostgreSQL pulls the subquery up: conditions on it use the
    indexes, and only the columns used are read. `field_versions` is empty. It is called `deal`: expressions
    written as text, as of own fields, mean it too.
    """
    stood = _stood_as_known(as_of, known_at) if known_at else _stood(as_of)
    return select(*map(_read, deal.columns)).where(stood, _V.there).subquery("deal")


def readable_then(readable: ColumnElement[bool], past: Subquery) -> ColumnElement[bool]:
    """`readable` is a condition on `deal` as it is: who may read a deal today may read how it stood."""
    if isinstance(readable, True_):
        return readable
    return past.c.id.in_(select(deal.c.id).where(readable))


def clocks_as_of(at: datetime) -> Subquery:
    """What the clocks of deals showed then: the columns of `deal_clock`, which it is called too."""
    then, kept = literal(at, Instant), deal_clock_past.c
    still = select(*deal_clock.c).where(deal_clock.c.reckoned_at <= then)
    before = select(*(kept[each.name] for each in deal_clock.c))
    before = before.where(kept.reckoned_at <= then, kept.valid_to > then)
    return union_all(still, before).subquery("deal_clock")


def in_the_past(past: FromClause, at: datetime | None = None) -> Callable[[Clause], Clause]:
    """Makes an expression or a join that uses `deal` use `past` in its place; `at`: and clocks as of then."""
    stood_for: dict[FromClause, FromClause] = {deal: past}
    if at is not None:
        stood_for[deal_clock] = clocks_as_of(at)

    def then(element: ExternallyTraversible, **_: Any) -> ExternallyTraversible | None:
        if isinstance(element, Column) and element.table in stood_for:
            return stood_for[element.table].c[element.name]
        return stood_for.get(element) if isinstance(element, Table) else None

    def put(clause: Clause) -> Clause:
        return cast(Clause, replacement_traverse(clause, {}, then))

    return put


def listed_in_the_past(listing: Listing, past: Subquery, asked: AskedMoment, at: datetime) -> Listing:
    """The same list of deals as they stood, with what their clocks showed at `at`; its cursors lead on in
    that past only."""
    put = in_the_past(past, at)
    fields = {
        name: replace(field, column=put(field.column), nullable=field.can_be_null)
        for name, field in listing.fields.items()
    }
    return replace(
        listing,
        name=f"{listing.name} {asked.as_of} {asked.known_at}",
        table=put(listing.table),
        fields=fields,
        text=tuple(map(put, listing.text)),
        columns=tuple(map(put, listing.columns or ())),
    )


def _read(column: Column[Any]) -> ColumnElement[Any]:
    if column.name == "id":
        return _V.deal_id.label("id")
    if column.name == "field_versions":
        return literal({}, JSONB()).label("field_versions")
    if column.name in _V:
        return _V[column.name]
    later = literal_column(
        f"(jsonb_populate_record(NULL::deal, deal_version.more)).{column.name}", column.type
    )
    default = column.server_default
    if column.nullable or not isinstance(default, DefaultClause):
        return later.label(column.name)
    # What was kept before there was such a column.
    return func.coalesce(later, literal_column(str(default.arg), column.type)).label(column.name)


def _stood(as_of: datetime) -> ColumnElement[bool]:
    at = literal(as_of, Instant)
    return and_(_V.valid_from <= at, _V.valid_to > at)


def _stood_as_known(as_of: datetime, known_at: datetime) -> ColumnElement[bool]:
    """The last thing known then of the time up to then; what overruled it was recorded later."""
    later = deal_version.alias("later")
    at, known = literal(as_of, Instant), literal(known_at, Instant)
    overruled = exists().where(
        later.c.deal_id == _V.deal_id,
        later.c.seq > _V.seq,
        later.c.valid_from <= at,
        later.c.recorded_at <= known,
    )
    return and_(_V.valid_from <= at, _V.recorded_at <= known, ~overruled)
