"""Deals are counted in the transaction that changes them, their place or the days they belong to.

Each of these is put around the handlers that write what it follows.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.lead_ledger.queries import decided_by_leads
from services.forecast.rollup.projection import change_places, count_deals, share_places
from services.forecast.rollup.repository import deals_of
from services.forecast.rollup.use_cases.remake_cells import follow_time_zone
from services.forecast.territory.queries import decided_by_territories
from shared.messaging.handlers import BatchHandler, Delivery, Handlers


def followed(handlers: Handlers, following: Callable[[BatchHandler], BatchHandler]) -> Handlers:
    """The same handlers, each with what follows from it. Events that shared a handler share the new one."""
    new = {handler: following(handler) for handler in set(handlers.values())}
    return {event: new[handler] for event, handler in handlers.items()}


def counting_deals(handler: BatchHandler) -> BatchHandler:
    """After the ledger: the deals told of are counted."""

    async def count(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
        await handler(connection, deliveries)
        await share_places(connection)
        await count_deals(connection, _ids("deal_id", deliveries))

    return count


def placing_by_leads(handler: BatchHandler) -> BatchHandler:
    """Deals are counted anew whose place follows from a lead that changed its territory or account."""

    async def place(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
        ids = _ids("lead_id", deliveries)
        before = await decided_by_leads(connection, ids)
        await handler(connection, deliveries)
        after = await decided_by_leads(connection, ids)
        changed = [each for each in ids if before.get(each, (None, None)) != after[each]]
        accounts = {of[each][1] for of in (before, after) for each in changed if each in of}
        await _place(connection, leads=changed, accounts=accounts - {None})

    return place


def placing_by_territories(handler: BatchHandler) -> BatchHandler:
    """Deals are counted anew whose account a territory names, or named, that changed."""

    async def place(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
        ids = _ids("territory_id", deliveries)
        before = await decided_by_territories(connection, ids)
        await handler(connection, deliveries)
        after = await decided_by_territories(connection, ids)
        changed = [each for each in ids if before.get(each) != after[each]]
        accounts = {id for of in (before, after) for each in changed if each in of for id in of[each][-1]}
        await _place(connection, leads=(), accounts=accounts)

    return place


def keeping_days(handler: BatchHandler) -> BatchHandler:
    """After what is known of the organisation: days may begin at another instant."""

    async def keep(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
        await handler(connection, deliveries)
        await follow_time_zone(connection, now=deliveries[-1].envelope.time)

    return keep


def _ids(name: str, deliveries: Sequence[Delivery]) -> list[UUID]:
    return sorted({getattr(each.event, name) for each in deliveries})


async def _place(connection: AsyncConnection, *, leads: Collection[UUID], accounts: Collection[Any]) -> None:
    if leads or accounts:
        await change_places(connection)
        await count_deals(connection, await deals_of(connection, leads=leads, accounts=accounts))
