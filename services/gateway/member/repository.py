"""Load and save members. The password's hash is written apart, so that no read of a member carries it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.external import Key
from services.gateway.member.domain import Member, MemberError
from services.gateway.member.tables import invitation, member
from services.gateway.versioned import insert_all, update_all

_COLUMNS = [
    *(column for column in member.c if column.name != "password_hash"),
    member.c.password_hash.is_not(None).label("has_password"),
]
_NOT_WRITTEN = {"has_password", "last_sign_in_at"}


async def get(connection: AsyncConnection, member_id: UUID) -> Member:
    """The member, locked for change. Refuses with `member_not_found`."""
    found = await _all(connection, select(*_COLUMNS).where(member.c.id == member_id))
    if not found:
        raise MemberError("member_not_found", "There is no such member.")
    return found[0]


async def by_ids(connection: AsyncConnection, ids: Iterable[UUID]) -> dict[UUID, Member]:
    """Members by id, locked for change."""
    statement = select(*_COLUMNS).where(member.c.id.in_(sorted(set(ids))))
    return {each.id: each for each in await _all(connection, statement)}


async def by_key(connection: AsyncConnection, keys: Iterable[Key]) -> dict[Key, Member]:
    """Members by (source_system, external_id), locked for change."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    statement = select(*_COLUMNS).where(tuple_(member.c.source_system, member.c.external_id).in_(wanted))
    return {
        (each.source_system or "", each.external_id or ""): each for each in await _all(connection, statement)
    }


async def emails(connection: AsyncConnection, addresses: Iterable[str]) -> dict[str, UUID]:
    """Who has which of these (lower-case) addresses."""
    wanted = sorted(set(addresses))
    if not wanted:
        return {}
    lower = func.lower(member.c.email)
    rows = await connection.execute(select(lower, member.c.id).where(lower.in_(wanted)))
    return {row[0]: row[1] for row in rows}


async def other_admins(connection: AsyncConnection, except_ids: Iterable[UUID]) -> int:
    """How many active admins there are beside these, all locked so that two cannot leave at once."""
    rows = await connection.scalars(
        select(member.c.id).where(member.c.role == "admin", member.c.active).with_for_update()
    )
    return len(set(rows.all()) - set(except_ids))


async def add(connection: AsyncConnection, members: Sequence[Member]) -> None:
    """Write new members, without a password."""
    await insert_all(connection, member, [_row(each) for each in members])


async def save(connection: AsyncConnection, members: Sequence[Member]) -> None:
    """Write the next versions."""
    await update_all(connection, member, [_row(each) for each in members])


async def store_password(connection: AsyncConnection, member_id: UUID, password_hash: str) -> None:
    """Replace the hash and withdraw open invitations."""
    await connection.execute(
        update(member).where(member.c.id == member_id).values(password_hash=password_hash)
    )
    await connection.execute(delete(invitation).where(invitation.c.member_id == member_id))


async def store_invitation(
    connection: AsyncConnection, token_hash: bytes, member_id: UUID, *, now: datetime, expires_at: datetime
) -> None:
    """Keep the hash of an invitation; earlier ones of the member no longer count."""
    await connection.execute(delete(invitation).where(invitation.c.member_id == member_id))
    await connection.execute(
        insert(invitation).values(hash=token_hash, member_id=member_id, created_at=now, expires_at=expires_at)
    )


async def take_invitation(connection: AsyncConnection, token_hash: bytes, *, now: datetime) -> UUID | None:
    """Whose invitation this is; it is used up by asking. None when there is none that still counts."""
    row = (
        await connection.execute(
            delete(invitation)
            .where(invitation.c.hash == token_hash)
            .returning(invitation.c.member_id, invitation.c.expires_at)
        )
    ).one_or_none()
    if row is None or row.expires_at <= now:
        return None
    member_id: UUID = row.member_id
    return member_id


async def note_sign_in(connection: AsyncConnection, member_id: UUID, now: datetime) -> None:
    """Remember when a member last signed in. No new version: nothing about the member changed."""
    await connection.execute(update(member).where(member.c.id == member_id).values(last_sign_in_at=now))


async def _all(connection: AsyncConnection, statement: Select[Any]) -> list[Member]:
    rows = await connection.execute(statement.order_by(member.c.id).with_for_update())
    return [Member(**row) for row in rows.mappings()]


def _row(state: Member) -> dict[str, Any]:
    return {name: value for name, value in asdict(state).items() if name not in _NOT_WRITTEN}
