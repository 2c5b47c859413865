"""A batch of accounts, upserted by (source system, external id)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.domain import Account, new_account
from services.leads.account.repository import ACCOUNTS
from services.leads.account.schemas import AccountCreate
from services.leads.account.scope import visible
from services.leads.account.use_cases.check_parents import Parents, check_parent, known_parents
from services.leads.member.use_cases.check_owners import Refused, named_owner, refused_owners
from services.leads.record.domain import Change
from services.leads.record.use_cases.load_records import LoadedItem, LoadedRecords, birth
from services.leads.record.use_cases.origin import check_birth
from services.leads.record.use_cases.upsert_batch import Outcome, load_bodies
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id


async def load_accounts(
    connection: AsyncConnection,
    identity: Identity,
    bodies: Sequence[tuple[int, AccountCreate]],
    *,
    now: datetime,
) -> list[Outcome[Account]]:
    """What became of each. A handful of statements for all of them."""
    refused = await refused_owners(connection, identity, [body.owner_id for _, body in bodies])
    parents = await known_parents(connection, [body.parent_id for _, body in bodies])

    def to_item(index: int, body: AccountCreate) -> LoadedItem:
        return _item(index, body, identity, refused, now)

    return await load_bodies(_store(connection, identity, parents, now), bodies, to_item)


def _store(
    connection: AsyncConnection, identity: Identity, parents: Parents, now: datetime
) -> LoadedRecords[Account]:
    def make(item: LoadedItem) -> Change[Account]:
        check_parent(item.values, parents)
        return new_account(new_id(), {**item.values, **item.birth}, now=now)

    def edit(account: Account, values: Mapping[str, Any]) -> Change[Account] | None:
        check_parent(values, parents, account.id)
        return account.edit(values, now=now)

    return LoadedRecords(connection, ACCOUNTS, make, edit, visible(identity))


def _item(index: int, body: AccountCreate, identity: Identity, refused: Refused, now: datetime) -> LoadedItem:
    check_birth(body.created_at, now)
    owner = named_owner(identity, body.owner_id, refused)
    return LoadedItem(index, body.key(), body.own_fields(), birth(body, owner))
