"""A contact's account must be one that is there."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.use_cases.match_account import existing_accounts
from services.leads.record.use_cases.await_references import unknown_reference
from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity


async def unknown_accounts(
    connection: AsyncConnection, identity: Identity, wanted: Collection[UUID | None]
) -> set[UUID]:
    """Those that are not there or not the caller's to see."""
    ids = {account for account in wanted if account is not None}
    return ids - await existing_accounts(connection, identity, ids) if ids else set()


def unknown_account() -> DomainError:
    """The refusal."""
    return unknown_reference("account_id", "account")
