"""A page of the feed, and what a stream sends next."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.feed import queries
from services.gateway.feed.domain import View, as_event, shown_to
from shared.contracts.errors import DomainError


@dataclass(frozen=True, slots=True)
class FeedPage:
    """`next_position` is where to go on, whether or not anything was shown."""

    events: list[dict[str, Any]]
    next_position: int
    more: bool


async def read_feed(
    connection: AsyncConnection, view: View, after: int, limit: int, *, from_start: bool = False
) -> FeedPage:
    """Up to `limit` events after a position. Refuses `position_expired` when older ones were deleted
    meanwhile, unless the caller wants to begin `from_start`."""
    floor, newest = await queries.bounds(connection)
    if after < floor:
        if not from_start:
            raise DomainError("position_expired", "Events after this position are no longer kept; reload.")
        after = floor
    facts = await queries.candidates(connection, view, after, newest, limit + 1)
    taken = facts[:limit]
    events = [as_event(view, fact, shown) for fact in taken if (shown := shown_to(view, fact)) is not None]
    more = len(facts) > limit
    return FeedPage(events, taken[-1].position if more else max(after, newest), more)
