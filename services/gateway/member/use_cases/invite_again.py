"""Invitations: a one-time token by which a member chooses the first password, or a forgotten one anew."""

import hashlib
import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.member import repository
from services.gateway.member.domain import INVITATION_LIFE, MemberError


async def create_invitation(
    connection: AsyncConnection, member_id: UUID, *, now: datetime
) -> tuple[str, datetime]:
    """The token and when it ends. Refuses `member_not_found`, and `state_conflict` for inactive members."""
    member = await repository.get(connection, member_id)
    if not member.active:
        raise MemberError("state_conflict", "The member is inactive.")
    token = f"dsi_{secrets.token_urlsafe(32)}"
    expires_at = now + INVITATION_LIFE
    await repository.store_invitation(connection, _hash(token), member_id, now=now, expires_at=expires_at)
    return token, expires_at


async def accept_invitation(
    connection: AsyncConnection, token: str, password_hash: str, *, now: datetime
) -> UUID:
    """The member whose password is now the one chosen. Refuses `invitation_invalid`."""
    member_id = await repository.take_invitation(connection, _hash(token), now=now)
    if member_id is None:
        raise MemberError("invitation_invalid", "The invitation was used, replaced, or is over.")
    member = await repository.get(connection, member_id)
    if not member.active:
        raise MemberError("invitation_invalid", "The invitation was withdrawn.")
    await repository.store_password(connection, member_id, password_hash)
    return member_id


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
