"""Accounts to and from their table."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Text, Uuid, any_, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.domain import REVIEW, Account
from services.leads.account.likeness import likeness
from services.leads.account.tables import account
from services.leads.agenda.use_cases.plan_beside import planned_about
from services.leads.matching.use_cases.keep_keys import keys_and_search_beside
from services.leads.record.domain import Draft
from services.leads.record.record_table import RecordTable
from services.leads.record.repository import Beside
from shared.agenda.domain import Due
from shared.contracts.ids import new_id

_FACTS = ("name", "industry", "country", "website", "phone", "employees", "notes")
"""What segments ask about."""


def _beside(drafts: Sequence[Draft[Account]]) -> list[Beside]:
    """What accounts are recognised by, and a look at those of which something else is known."""
    changed = [draft.after for draft in drafts if _is_news(draft)]
    look = [Due(REVIEW, new_id(), each.updated_at, {"record_id": each.id}) for each in changed]
    return [*keys_and_search_beside(drafts, likeness), *([planned_about(look)] if look else [])]


def _is_news(draft: Draft[Account]) -> bool:
    before, after = draft.before, draft.after
    return before is None or any(getattr(before, name) != getattr(after, name) for name in _FACTS)


ACCOUNTS = RecordTable(account, Account, {"annual_revenue": ("revenue_amount", "revenue_currency")}, _beside)


async def find_by_name(connection: AsyncConnection, key: str) -> Account | None:
    """The oldest account of this name, however it is spelt, that is not put away."""
    same = select(account.c.id).where(
        account.c.name_key == key, account.c.archived_at.is_(None), account.c.merged_into.is_(None)
    )
    oldest = same.order_by(account.c.created_at, account.c.id).limit(1)
    found = await ACCOUNTS.find_where(connection, account.c.id == oldest.scalar_subquery())
    return found[0] if found else None


async def oldest_by_name(connection: AsyncConnection, keys: Collection[str]) -> dict[str, Account]:
    """The oldest account of each of these names; of one that was merged the account it is part of now."""
    rows = await connection.execute(
        ACCOUNTS.everything.ext(distinct_on(account.c.name_key))
        .where(
            account.c.name_key == any_(literal(sorted(keys), ARRAY(Text))), account.c.archived_at.is_(None)
        )
        .order_by(account.c.name_key, account.c.created_at, account.c.id)
    )
    found = {row["name_key"]: ACCOUNTS.record_of(row) for row in rows.mappings()}
    followed = await ACCOUNTS.as_merged(connection, found)
    return {key: each for key, each in followed.items() if each.archived_at is None}


async def in_use(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Account]:
    """Those of these accounts that were neither put away nor merged into others."""
    found = await ACCOUNTS.find_many(connection, ids) if ids else {}
    return {key: each for key, each in found.items() if each.archived_at is None and each.merged_into is None}


async def reserve_name(connection: AsyncConnection, key: str) -> None:
    """Until the transaction ends, nobody else makes an account of this name in passing."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"account:{key}", 0))))


async def ancestors(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, UUID | None]:
    """Child -> parent for these accounts and everything above them."""
    wanted = literal(sorted(ids), ARRAY(Uuid))
    chain = select(account.c.id, account.c.parent_id).where(account.c.id == any_(wanted))
    above = chain.cte("above", recursive=True)
    above = above.union(
        select(account.c.id, account.c.parent_id).join(above, account.c.id == above.c.parent_id)
    )
    rows = await connection.execute(select(above.c.id, above.c.parent_id))
    return {row.id: row.parent_id for row in rows}
