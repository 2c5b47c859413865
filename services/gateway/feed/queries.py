"""Reads of the feed: what comes after a position, for a view, with an index for each kind of view."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, any_, delete, false, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.feed.domain import SHARED, Fact, View
from services.gateway.feed.tables import feed
from shared.persistence.database import Database

_COLUMNS = [feed.c[name] for name in Fact.__dataclass_fields__]


async def after(connection: AsyncConnection, position: int, limit: int) -> list[Fact]:
    """The next facts of all topics, for the tail."""
    rows = await connection.execute(
        select(*_COLUMNS).where(feed.c.position > position).order_by(feed.c.position).limit(limit)
    )
    return [Fact(*row) for row in rows]


async def candidates(
    connection: AsyncConnection, view: View, after_position: int, up_to: int, limit: int
) -> list[Fact]:
    """Facts that the view may show, oldest first; the exact decision is `shown_to`."""
    rows = await connection.execute(
        select(*_COLUMNS)
        .where(
            feed.c.position > after_position,
            feed.c.position <= up_to,
            feed.c.topic == any_(literal(sorted(view.topics), ARRAY(feed.c.topic.type))),
            _maybe(view),
        )
        .order_by(feed.c.position)
        .limit(limit)
    )
    return [Fact(*row) for row in rows]


async def bounds(connection: AsyncConnection) -> tuple[int, int]:
    """The last position before the first one kept, and the newest; (0, 0) for an empty feed."""
    lowest, highest = (
        await connection.execute(select(func.min(feed.c.position), func.max(feed.c.position)))
    ).one()
    return (0, 0) if lowest is None else (lowest - 1, highest)


async def prune(database: Database, now: datetime, days: int) -> None:
    """Delete what is older than `days`, a piece at a time. For a timer."""
    old = select(feed.c.position).where(feed.c.recorded_at < now - timedelta(days=days))
    piece = old.order_by(feed.c.position).limit(10_000)
    while True:
        async with database.reading() as connection:
            if (await connection.execute(delete(feed).where(feed.c.position.in_(piece)))).rowcount < 10_000:
                return


def _maybe(view: View) -> ColumnElement[bool]:
    """Everything `shown_to` may show, and little more."""
    if view.scope == "all":
        return true()
    if view.scope == "partner":
        return feed.c.partner_id == view.partner_id
    if view.scope == "none":
        return false()
    shared = feed.c.topic == any_(literal(sorted(SHARED | {"forecast.target"}), ARRAY(feed.c.topic.type)))
    if view.scope == "own":
        mine = or_(feed.c.owner_id == view.member_id, feed.c.previous_owner_id == view.member_id)
        return or_(shared, mine, _on_team(view))
    ours = literal(sorted(_subtree(view)), ARRAY(feed.c.owner_id.type))
    return or_(
        shared,
        feed.c.owner_id.is_(None),
        feed.c.owner_id == any_(ours),
        feed.c.previous_owner_id == any_(ours),
        feed.c.owner_changed & feed.c.previous_owner_id.is_(None),
        _on_team(view),
    )


def _on_team(view: View) -> ColumnElement[bool]:
    return or_(feed.c.member_ids.contains([view.member_id]), feed.c.left_member_id == view.member_id)


def _subtree(view: View) -> set[UUID]:
    return set(view.colleagues) | ({view.member_id} if view.member_id else set())
