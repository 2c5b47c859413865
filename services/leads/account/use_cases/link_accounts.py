"""The account that accounts belong to may become part of another."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.domain import Account
from services.leads.account.repository import ACCOUNTS
from services.leads.record.domain import Change, Draft
from services.leads.record.use_cases.relink import Link
from services.leads.tables import SOURCE
from shared.observability.causes import event_context


def _step(account: Account, values: Mapping[str, Any], now: datetime) -> Change[Account] | None:
    return account.edit(values, now=now)


async def save_accounts(
    connection: AsyncConnection, drafts: Sequence[Draft[Account]]
) -> Mapping[UUID, Account]:
    """Write the next versions with what goes beside them."""
    return await ACCOUNTS.save(connection, drafts, event_context(SOURCE))


OF_ACCOUNT = Link("children", "parent_id", ACCOUNTS, _step, save_accounts)
"""The accounts of an account."""
