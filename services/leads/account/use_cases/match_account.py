"""The account a converted lead belongs to."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.domain import Account, new_account
from services.leads.account.repository import ACCOUNTS, find_by_name, reserve_name
from services.leads.account.scope import visible
from services.leads.person.domain import name_key
from services.leads.record.use_cases.await_references import unknown_reference
from services.leads.record.use_cases.load_records import insert_one
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id


async def chosen_account(connection: AsyncConnection, identity: Identity, account_id: UUID) -> Account:
    """The account the caller names. Refuses one that is put away, not there or not the caller's to see."""
    account = await ACCOUNTS.find(connection, account_id, visible(identity))
    if account is None or account.archived_at is not None or account.merged_into is not None:
        raise unknown_reference("account_id", "account")
    return account


async def linked_account(connection: AsyncConnection, account_id: UUID) -> Account | None:
    """The account a lead is of; None when it was put away since."""
    found = await ACCOUNTS.find_many(connection, [account_id])
    account = (await ACCOUNTS.as_merged(connection, found)).get(account_id)
    return None if account is None or account.archived_at is not None else account


async def account_named(
    connection: AsyncConnection, name: str, *, otherwise: dict[str, Any], now: datetime
) -> Account:
    """The oldest account of this name, or a new one with the values of `otherwise`. Needs a transaction."""
    key = name_key(name)
    await reserve_name(connection, key)
    found = await find_by_name(connection, key)
    if found is not None:
        return found
    created = new_account(new_id(), {**otherwise, "name": name}, now=now)
    return await insert_one(connection, ACCOUNTS, created, None, true())


async def existing_accounts(connection: AsyncConnection, identity: Identity, ids: set[UUID]) -> set[UUID]:
    """Those of the accounts that the caller may see."""
    return await ACCOUNTS.existing(connection, ids, visible(identity))
