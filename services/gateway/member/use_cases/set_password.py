"""Set a member's password. The member's other sessions end."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.member import queries, repository
from services.gateway.member.domain import MemberError
from services.gateway.member.passwords import Passwords
from services.gateway.member.use_cases.invite_again import accept_invitation
from services.gateway.session.use_cases.keep_session import end_sessions_of
from shared.contracts.errors import FieldError


async def set_password(
    connection: AsyncConnection,
    passwords: Passwords,
    member_id: UUID,
    password: str,
    *,
    now: datetime,
) -> None:
    """By an admin. Refuses `member_not_found`, and `validation_failed` for a weak password."""
    await _store(connection, passwords, member_id, password, own_session=None, now=now)


async def change_own_password(
    connection: AsyncConnection,
    passwords: Passwords,
    member_id: UUID,
    password: str,
    *,
    old_password: str,
    own_session: UUID | None,
    now: datetime,
) -> None:
    """By members themselves, who must know the old one; the session they do it in goes on."""
    account = await queries.account_by_id(connection, member_id)
    if account is None or not await passwords.fits(old_password, account.password_hash):
        detail = "The old password is not right."
        raise MemberError("validation_failed", detail, [FieldError("/old_password", "wrong", detail)])
    await _store(connection, passwords, member_id, password, own_session=own_session, now=now)


async def choose_password(
    connection: AsyncConnection, passwords: Passwords, invitation: str, password: str, *, now: datetime
) -> UUID:
    """By whoever holds an invitation. Refuses `invitation_invalid` and `validation_failed`."""
    hashed = await passwords.hash(password)
    member_id = await accept_invitation(connection, invitation, hashed, now=now)
    await end_sessions_of(connection, member_id, now, "password changed")
    return member_id


async def _store(
    connection: AsyncConnection,
    passwords: Passwords,
    member_id: UUID,
    password: str,
    *,
    own_session: UUID | None,
    now: datetime,
) -> None:
    await repository.get(connection, member_id)
    await repository.store_password(connection, member_id, await passwords.hash(password))
    await end_sessions_of(connection, member_id, now, "password changed", except_id=own_session)
