"""Accounts are put into their segments: by rule soon after they changed, or by a member."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.domain import Account
from services.leads.account.use_cases.edit_account import change_account
from services.leads.account.use_cases.find_accounts import accounts_after, accounts_to_change
from services.leads.account.use_cases.link_accounts import save_accounts
from services.leads.record.domain import Change, Draft
from services.leads.segment.domain import ALL_ACCOUNTS, account_facts, may_place, place, ready
from services.leads.segment.repository import active_segments
from services.leads.segment.use_cases.keep_segments import check_segment
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.identity import Identity

AT_ONCE = 500


async def place_changed_accounts(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Handler of the agenda: accounts that are new, or of which something else is known."""
    await _place(connection, {UUID(entry.payload["record_id"]) for entry in entries}, now)


async def place_all_accounts(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Handler of the agenda: all accounts, 500 at a time."""
    for entry in entries:
        after = UUID(entry.payload.get("after", str(UUID(int=0))))
        ids = [account.id for account in await accounts_after(connection, after, most=AT_ONCE)]
        await _place(connection, ids, now)
        if len(ids) == AT_ONCE:
            await plan_work(connection, [Due(ALL_ACCOUNTS, entry.subject_id, now, {"after": ids[-1]})])


async def set_segment_of_account(
    connection: AsyncConnection,
    identity: Identity,
    account_id: UUID,
    key: str | None,
    *,
    seen_version: int | None,
    now: datetime,
) -> Account:
    """The account in the segment; no rule changes it from now on. None gives it back to the rules."""
    await check_segment(connection, key)

    def decide(account: Account) -> Change[Account] | None:
        return account.put_into_segment(key, by="member", now=now)

    return await change_account(connection, identity, account_id, decide, seen_version=seen_version)


async def _place(connection: AsyncConnection, ids: Collection[UUID], now: datetime) -> None:
    """One query for the segments, one for the accounts, one statement that writes."""
    segments = ready(await active_segments(connection))
    drafts = []
    for account in await accounts_to_change(connection, ids):
        if may_place(account.segment_by) and (segments or account.segment is not None):
            placed = place(segments, account_facts(account, now))
            change = account.put_into_segment(placed.key, by="rule", now=now)
            if change is not None:
                drafts.append(Draft(account, (change,)))
    if drafts:
        await save_accounts(connection, drafts)
