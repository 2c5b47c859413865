"""An account is put away, or brought back."""

from collections.abc import Callable
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


async def archive_account(
    connection: AsyncConnection,
    identity: Identity,
    account_id: UUID,
    *,
    seen_version: int | None,
    now: datetime,
) -> Account:
    """The account, put away. Once more changes nothing."""
    return await _change(
        connection, identity, account_id, lambda account: account.archive(now=now), seen_version
    )


async def restore_account(
    connection: AsyncConnection,
    identity: Identity,
    account_id: UUID,
    *,
    seen_version: int | None,
    now: datetime,
) -> Account:
    """The account, in the lists again as it was."""
    return await _change(
        connection, identity, account_id, lambda account: account.restore(now=now), seen_version
    )


async def _change(
    connection: AsyncConnection,
    identity: Identity,
    account_id: UUID,
    decide: Callable[[Account], Change[Account] | None],
    seen_version: int | None,
) -> Account:
    async def load() -> Account:
        return await load_account(connection, identity, account_id)

    async def save(draft: Draft[Account]) -> bool:
        return bool(await ACCOUNTS.save(connection, [draft], event_context(SOURCE)))

    return await change_record(load, decide, save, seen_version=seen_version)
