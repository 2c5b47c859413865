"""The frame of every change of one account, and of what the clock changes in several."""

from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.domain import Account
from services.leads.account.repository import ACCOUNTS
from services.leads.account.use_cases.edit_account import load_account
from services.leads.record.domain import Change, Draft
from services.leads.record.use_cases.change_record import change_record
from services.leads.tables import SOURCE
from shared.contracts.identity import Identity
from shared.observability.causes import event_context


async def change_account(
    connection: AsyncConnection,
    identity: Identity,
    account_id: UUID,
    decide: Callable[[Account], Change[Account] | None],
    *,
    seen_version: int | None,
) -> Account:
    """The account after the change. Refuses with `version_conflict` when a field to change was changed since
    it was read."""

    async def load() -> Account:
        return await load_account(connection, identity, account_id)

    async def save(draft: Draft[Account]) -> bool:
        return bool(await ACCOUNTS.save(connection, [draft], event_context(SOURCE)))

    return await change_record(load, decide, save, seen_version=seen_version)


async def pursue_again(connection: AsyncConnection, ids: Collection[UUID], *, now: datetime) -> None:
    """The marks of these accounts are over. Needs a transaction."""
    accounts = await ACCOUNTS.lock_many(connection, ids)
    changes = [(account, account.pursue(True, now=now)) for account in accounts.values()]
    drafts = [Draft(account, (change,)) for account, change in changes if change is not None]
    if drafts:
        await ACCOUNTS.save(connection, drafts, event_context(SOURCE))
