"""One new account."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.domain import Account, new_account
from services.leads.account.repository import ACCOUNTS
from services.leads.account.schemas import AccountCreate
from services.leads.account.scope import visible
from services.leads.account.use_cases.check_parents import check_parent, known_parents
from services.leads.member.use_cases.check_owners import check_owner, owner_of_new
from services.leads.record.use_cases.load_records import insert_one
from services.leads.record.use_cases.origin import check_birth
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id


async def create_account(
    connection: AsyncConnection, identity: Identity, body: AccountCreate, *, now: datetime
) -> Account:
    """The new account; a rep's is the rep's own. Refuses a taken origin, an unknown owner or parent."""
    check_birth(body.created_at, now)
    owner = owner_of_new(identity, body.owner_id)
    await check_owner(connection, identity, owner)
    check_parent(body.given(), await known_parents(connection, [body.parent_id]))
    created = new_account(new_id(), {**body.given(), "owner_id": owner}, now=now)
    return await insert_one(connection, ACCOUNTS, created, body.key(), visible(identity))
