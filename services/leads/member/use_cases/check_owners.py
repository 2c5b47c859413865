"""Who may own a record: an active member; a rep makes own ones only, a manager names the own teams."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.member.queries import teams_of
from services.leads.record.use_cases.await_references import missing_after_waiting, unknown_reference
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity


def owner_of_new(identity: Identity, wanted: UUID | None) -> UUID | None:
    """Who owns what the caller makes. A rep cannot make records for others: refuses with `forbidden`."""
    if identity.scope != "own":
        return wanted
    if wanted not in (None, identity.member_id):
        raise DomainError("forbidden", "Only a manager makes records for others.")
    return identity.member_id


Refused = Mapping[UUID | None, DomainError]
"""By owner why the caller may not name this one."""


def named_owner(identity: Identity, wanted: UUID | None, refused: Refused) -> UUID | None:
    """The same for one of many, when it is known whom the caller may not name. Refuses those."""
    owner = owner_of_new(identity, wanted)
    if owner in refused:
        raise refused[owner]
    return owner


async def refused_owners(
    connection: AsyncConnection, identity: Identity, owners: Collection[UUID | None]
) -> Refused:
    """Whom the caller may not name as owner, and why: who is no active member, and for a manager who is in
    none of the manager's teams. One query for all; the caller is known by the token and not looked up."""
    teams, unknown = await _look_up(connection, identity, owners)
    refused: dict[UUID | None, DomainError] = dict.fromkeys(unknown, unknown_owner())
    if identity.scope == "subtree":
        refused |= {owner: _outside() for owner, team in teams.items() if team not in identity.team_ids}
    return refused


async def check_owner(connection: AsyncConnection, identity: Identity, owner: UUID | None) -> None:
    """Refuses an owner whom the caller may not name, after waiting for the news of a new member."""
    for refusal in (await refused_owners(connection, identity, [owner])).values():
        raise refusal


async def check_handover(
    connection: AsyncConnection, identity: Identity, owner: UUID | None, values: Mapping[str, Any]
) -> None:
    """Refuses to give a record to whom the caller may not name; a rep hands nothing over. Who names the
    `owner` it has changes nothing."""
    wanted = values.get("owner_id", owner)
    if wanted == owner:
        return
    if identity.scope == "own":
        detail = "Only a manager gives records to others; ask one."
        raise DomainError("forbidden", detail, [FieldError("/owner_id", "forbidden", detail)])
    await check_owner(connection, identity, wanted)


async def unknown_members(
    connection: AsyncConnection, identity: Identity, members: Collection[UUID | None]
) -> set[UUID]:
    """Those who are no active members, after waiting for the news of new ones."""
    return (await _look_up(connection, identity, members))[1]


def unknown_owner() -> DomainError:
    """The refusal of somebody who is no active member."""
    return unknown_reference("owner_id", "active member")


async def _look_up(
    connection: AsyncConnection, identity: Identity, members: Collection[UUID | None]
) -> tuple[dict[UUID, UUID | None], set[UUID]]:
    """The teams of those who are there, and the others."""
    teams: dict[UUID, UUID | None] = {}

    async def find(wanted: Collection[UUID]) -> Collection[UUID]:
        found = await teams_of(connection, wanted)
        teams.update(found)
        return found

    wanted = {member for member in members if member is not None and member != identity.member_id}
    return teams, await missing_after_waiting(find, wanted)


def _outside() -> DomainError:
    detail = "The member is in none of your teams."
    return DomainError("forbidden", detail, [FieldError("/owner_id", "forbidden", detail)])
