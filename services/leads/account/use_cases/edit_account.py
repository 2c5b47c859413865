"""A member edits an account."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.domain import Account, AccountError
from services.leads.account.repository import ACCOUNTS
from services.leads.account.schemas import AccountPatch
from services.leads.account.scope import visible
from services.leads.account.use_cases.check_parents import check_parent, known_parents
from services.leads.member.use_cases.check_owners import check_handover
from services.leads.record.domain import Change, Draft
from services.leads.record.schemas import read
from services.leads.record.use_cases.change_record import change_record
from services.leads.tables import SOURCE
from shared.contracts.identity import Identity
from shared.observability.causes import event_context


async def load_account(connection: AsyncConnection, identity: Identity, account_id: UUID) -> Account:
    """The account. Refuses with `account_not_found` when it is not there or not the caller's to see."""
    account = await ACCOUNTS.find(connection, account_id, visible(identity))
    if account is None:
        raise AccountError("account_not_found", "There is no such account.")
    return account


async def edit_account(
    connection: AsyncConnection,
    identity: Identity,
    account_id: UUID,
    patch: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> Account:
    """The account with the patch merged in."""
    first = await load_account(connection, identity, account_id)
    values = read(AccountPatch, patch, {"country": first.country}).given()
    await check_handover(connection, identity, first.owner_id, values)
    parents = await known_parents(connection, [values.get("parent_id")])
    check_parent(values, parents, account_id)

    def decide(account: Account) -> Change[Account] | None:
        return account.edit(values, now=now)

    return await change_account(connection, identity, account_id, decide, seen_version=seen_version)


async def change_account(
    connection: AsyncConnection,
    identity: Identity,
    account_id: UUID,
    decide: Callable[[Account], Change[Account] | None],
    *,
    seen_version: int | None,
) -> Account:
    """The account after the change. Refuses with `account_not_found` and `version_conflict`."""

    async def load() -> Account:
        return await load_account(connection, identity, account_id)

    async def save(draft: Draft[Account]) -> bool:
        return bool(await ACCOUNTS.save(connection, [draft], event_context(SOURCE)))

    return await change_record(load, decide, save, seen_version=seen_version)
