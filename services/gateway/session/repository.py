"""Sessions and refresh tokens in the database."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.session.domain import REFRESH_LIFE, RefreshToken, Session
from services.gateway.session.tables import refresh_token, session


async def start_session(connection: AsyncConnection, new: Session) -> None:
    """Write a new session."""
    await connection.execute(
        insert(session).values(id=new.id, member_id=new.member_id, started_at=new.started_at)
    )


async def get_session(connection: AsyncConnection, session_id: UUID) -> Session | None:
    """One session."""
    columns = (session.c.id, session.c.member_id, session.c.started_at, session.c.ended_at)
    row = (await connection.execute(select(*columns).where(session.c.id == session_id))).one_or_none()
    return None if row is None else Session(*row)


async def end_session(connection: AsyncConnection, session_id: UUID, now: datetime, reason: str) -> None:
    """End one session; an ended one stays as it is."""
    await connection.execute(
        update(session)
        .where(session.c.id == session_id, session.c.ended_at.is_(None))
        .values(ended_at=now, end_reason=reason)
    )


async def end_sessions_of(
    connection: AsyncConnection,
    member_id: UUID,
    now: datetime,
    reason: str,
    *,
    except_id: UUID | None = None,
) -> None:
    """End all sessions of a member, one excepted if named."""
    await connection.execute(
        update(session)
        .where(
            session.c.member_id == member_id,
            session.c.ended_at.is_(None),
            session.c.id.is_distinct_from(except_id),
        )
        .values(ended_at=now, end_reason=reason)
    )


async def store_token(
    connection: AsyncConnection, token_hash: bytes, session_id: UUID, now: datetime
) -> None:
    """Keep a refresh token's hash."""
    await connection.execute(
        insert(refresh_token).values(hash=token_hash, session_id=session_id, expires_at=now + REFRESH_LIFE)
    )


async def use_token(connection: AsyncConnection, token_hash: bytes, now: datetime) -> bool:
    """Mark a token used. False when it was used before, even by a request at the same moment."""
    used = await connection.scalar(
        update(refresh_token)
        .where(refresh_token.c.hash == token_hash, refresh_token.c.used_at.is_(None))
        .values(used_at=now)
        .returning(refresh_token.c.session_id)
    )
    return used is not None


async def get_token(connection: AsyncConnection, token_hash: bytes) -> RefreshToken | None:
    """What is known of a refresh token."""
    columns = (refresh_token.c.session_id, refresh_token.c.expires_at, refresh_token.c.used_at)
    row = (await connection.execute(select(*columns).where(refresh_token.c.hash == token_hash))).one_or_none()
    return None if row is None else RefreshToken(*row)


async def purge(connection: AsyncConnection, *, before: datetime) -> None:
    """Delete sessions that started before, their tokens with them."""
    await connection.execute(delete(session).where(session.c.started_at < before))
