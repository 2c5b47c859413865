"""Which deals there are, a moment's delay of their events allowed for."""

from collections.abc import Collection
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.deal_link.queries import count, existing
from services.leads.record.use_cases.await_references import missing_after_waiting


async def unknown_deals(connection: AsyncConnection, ids: Collection[UUID]) -> set[UUID]:
    """Those of the ids that are no deals, after about a second of waiting for their events."""
    return await missing_after_waiting(partial(existing, connection), ids)


async def count_deals(connection: AsyncConnection, kind: str, ids: Collection[UUID]) -> int:
    """How many deals are known here to be of these leads or accounts; of contacts none are."""
    return await count(connection, f"{kind}_id", ids) if kind in ("lead", "account") else 0
