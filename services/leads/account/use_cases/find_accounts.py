"""What other capabilities may ask about accounts."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.domain import Account
from services.leads.account.repository import ACCOUNTS
from services.leads.account.scope import visible
from shared.contracts.identity import Identity


async def accounts_in_view(
    connection: AsyncConnection, identity: Identity, ids: Collection[UUID]
) -> list[Account]:
    """Those of the accounts that the caller may see."""
    wanted = ACCOUNTS.table.c.id == any_(literal(sorted(ids), ARRAY(Uuid)))
    return await ACCOUNTS.find_where(connection, wanted, visible(identity))


def is_account_in_view(identity: Identity, account_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Whether that is an account the caller may see, as a part of another query."""
    return ACCOUNTS.in_view(account_id, visible(identity))


async def accounts_after(connection: AsyncConnection, after: UUID, *, most: int) -> list[Account]:
    """The next accounts in the order of their ids, whoever owns them."""
    return await ACCOUNTS.find_after(connection, after, most=most)


async def accounts_to_change(connection: AsyncConnection, ids: Collection[UUID]) -> list[Account]:
    """Those of the accounts that are in use, unchanged by others until the transaction ends."""
    found = await ACCOUNTS.lock_many(connection, ids)
    return [each for each in found.values() if each.archived_at is None and each.merged_into is None]
