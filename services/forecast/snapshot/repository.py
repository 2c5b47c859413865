"""Snapshots to and from their tables. What is frozen is never written again."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Row,
    Select,
    Uuid,
    and_,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.queries import deals_known
from services.forecast.snapshot.domain import Snapshot, SnapshotError
from services.forecast.snapshot.tables import snapshot, snapshot_figure, snapshot_owner
from services.forecast.structure.queries import structure_at
from services.forecast.tables import MESSAGING
from shared.contracts.periods import Calendar

_S = snapshot.c
_MINUTE = timedelta(minutes=1)
_FIGURES = tuple(column.name for column in snapshot_figure.c)


async def add(connection: AsyncConnection, new: Snapshot) -> None:
    """Keep it and freeze its figures, in three statements."""
    names = ("id", "kind", "name", "note", "taken_at", "made_at", "taken_late", "day", "currency", "asked_by")
    values = {name: getattr(new, name) for name in names}
    calendar = new.calendar
    await connection.execute(
        insert(snapshot).values(
            **values,
            periods=list(new.periods),
            time_zone=calendar.time_zone,
            fiscal_year_start_month=calendar.fiscal_year_start_month,
        )
    )
    await connection.execute(insert(snapshot_figure).from_select(_FIGURES, _figures_of(new)))
    await connection.execute(
        insert(snapshot_owner).from_select(("snapshot_id", "owner_id", "team_path"), _teams_of_owners(new))
    )


async def get(connection: AsyncConnection, snapshot_id: UUID) -> Snapshot:
    """One. Refuses with `snapshot_not_found`."""
    row = (await connection.execute(select(snapshot).where(_S.id == snapshot_id))).one_or_none()
    if row is None:
        raise SnapshotError("snapshot_not_found", f"There is no snapshot {snapshot_id}.")
    return snapshot_of(row)


def snapshot_of(row: Row[Any]) -> Snapshot:
    """A row as a snapshot."""
    values = {name: getattr(row, name) for name in Snapshot.__slots__ if name in _S and name != "periods"}
    calendar = Calendar(row.time_zone, row.fiscal_year_start_month)
    return Snapshot(**values, periods=tuple(row.periods), calendar=calendar)


async def forget(connection: AsyncConnection, *, before: datetime) -> None:
    """Drop the daily ones of before; those with which a period began, and those asked for, stay."""
    await connection.execute(delete(snapshot).where(_S.kind == "daily", _S.taken_at < before))


async def is_catching_up(connection: AsyncConnection, now: datetime) -> bool:
    """Whether events older than a minute were received in the last minute: the ledger is behind."""
    inbox = MESSAGING.inbox.c
    made_at = func.uuid_extract_timestamp(inbox.event_id)
    behind = exists().where(
        inbox.received_at > now - _MINUTE, inbox.received_at <= now, made_at < inbox.received_at - _MINUTE
    )
    return bool(await connection.scalar(select(behind)))


def _figures_of(of: Snapshot) -> Select[Any]:
    """The rows of `snapshot_figure`: open deals by the month of their expected close, undated ones without,
    and deals won since the first closed month; each by owner, product and bucket, in base currency."""
    deal = deals_known(of.taken_at)
    amount = case((deal.c.base_currency == of.currency, deal.c.base_amount))
    won_on = func.timezone(of.calendar.time_zone, deal.c.closed_at)
    category = case((deal.c.forecast_category == "closed", "commit"), else_=deal.c.forecast_category)
    since = of.calendar.start_of(of.first_closed_month)

    def part(bucket: ColumnElement[str], day: ColumnElement[Any], which: ColumnElement[bool]) -> Select[Any]:
        month = cast(func.date_trunc("month", cast(day, DateTime)), Date)
        columns = (deal.c.owner_id, deal.c.product_id, month.label("month"), bucket.label("bucket"))
        return select(*columns, amount.label("amount"), deal.c.probability).where(which)

    open_ = and_(deal.c.status == "open", deal.c.forecast_category != "omitted")
    won = and_(deal.c.status == "won", deal.c.closed_at >= since)
    parts = union_all(
        part(category, deal.c.expected_close, open_), part(literal("closed"), won_on, won)
    ).subquery("part")
    keys = (parts.c.owner_id, parts.c.product_id, parts.c.month, parts.c.bucket)
    return select(
        literal(of.id, Uuid),
        *keys,
        func.count(),
        func.coalesce(func.sum(parts.c.amount), 0),
        func.coalesce(func.sum(parts.c.amount * parts.c.probability), 0),
        func.count().filter(parts.c.probability.is_(None)),
        func.count().filter(parts.c.amount.is_(None)),
    ).group_by(*keys)


def _teams_of_owners(of: Snapshot) -> Select[Any]:
    """The rows of `snapshot_owner`: of each member the teams above, the topmost first."""
    structure = structure_at(of.taken_at, of.taken_at)
    member, team, parent = structure.member.c, structure.team.c, structure.team.alias("parent").c
    top = (
        select(team.id, array([team.id]).label("path"))
        .where(~exists().where(parent.id == team.parent_id))
        .cte("path", recursive=True)
    )
    below = select(team.id, func.array_append(top.c.path, team.id)).join(top, team.parent_id == top.c.id)
    path = top.union_all(below)
    return select(literal(of.id, Uuid), member.id, path.c.path).join(path, path.c.id == member.team_id)
