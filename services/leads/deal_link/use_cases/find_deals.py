"""Which deals there are, a moment's delay of their events allowed for."""

from collections.abc import Collection
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.deal_link.queries import count, existing, open_of
from services.leads.record.domain import money_of
from services.leads.record.use_cases.await_references import missing_after_waiting
from shared.contracts.identity import Identity


async def unknown_deals(connection: AsyncConnection, ids: Collection[UUID]) -> set[UUID]:
    """Those of the ids that are no deals, after about a second of waiting for their events."""
    return await missing_after_waiting(partial(existing, connection), ids)


async def count_deals(connection: AsyncConnection, kind: str, ids: Collection[UUID]) -> int:
    """How many deals are known here to be of these leads or accounts; of contacts none are."""
    return await count(connection, f"{kind}_id", ids) if kind in ("lead", "account") else 0


async def open_deals(
    connection: AsyncConnection,
    identity: Identity,
    lead_ids: Collection[UUID],
    account_ids: Collection[UUID],
    *,
    most: int,
) -> list[dict[str, Any]]:
    """The open deals of these leads and accounts that the caller may see, the newest first; `amount` in the
    organisation's currency."""
    found = await open_of(connection, identity, lead_ids, account_ids, most)
    names = ("id", "lead_id", "account_id", "owner_id")
    return [
        {
            **{name: row[name] for name in names},
            "amount": money_of(row["base_amount"], row["base_currency"]),
        }
        for row in found
    ]
