"""Only an active member may own a record, and a rep's new record is the rep's own."""

from collections.abc import Collection
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.member.queries import active_members
from services.leads.record.use_cases.await_references import missing_after_waiting, unknown_reference
from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity


def owner_of_new(identity: Identity, wanted: UUID | None) -> UUID | None:
    """Who owns what the caller makes. A rep cannot make records for others: refuses with `forbidden`."""
    if identity.scope != "own":
        return wanted
    if wanted not in (None, identity.member_id):
        raise DomainError("forbidden", "Only a manager makes records for others.")
    return identity.member_id


async def unknown_owners(
    connection: AsyncConnection, identity: Identity, owners: Collection[UUID | None]
) -> set[UUID]:
    """Those who are no active members. The caller is known by the token and not looked up."""
    wanted = {owner for owner in owners if owner is not None and owner != identity.member_id}
    return await missing_after_waiting(partial(active_members, connection), wanted)


async def check_owner(connection: AsyncConnection, identity: Identity, owner: UUID | None) -> None:
    """Refuses an owner who is no active member, after waiting for the news of a new one."""
    if await unknown_owners(connection, identity, [owner]):
        raise unknown_owner()


def unknown_owner() -> DomainError:
    """The refusal."""
    return unknown_reference("owner_id", "active member")
