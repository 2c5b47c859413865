"""An account is put away, or brought back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.domain import Account
from services.leads.account.use_cases.change_account import change_account
from shared.contracts.identity import Identity


async def archive_account(
    connection: AsyncConnection,
    identity: Identity,
    account_id: UUID,
    *,
    seen_version: int | None,
    now: datetime,
) -> Account:
    """The account, put away. Once more changes nothing."""
    return await change_account(
        connection,
        identity,
        account_id,
        lambda account: account.archive(now=now),
        seen_version=seen_version,
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
    return await change_account(
        connection,
        identity,
        account_id,
        lambda account: account.restore(now=now),
        seen_version=seen_version,
    )
