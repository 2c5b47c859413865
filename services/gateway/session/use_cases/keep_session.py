"""Begin a session, go on with it, end it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.session import repository
from services.gateway.session.domain import SESSION_LIFE, Session, new_refresh_token, token_hash
from shared.contracts.errors import DomainError
from shared.contracts.ids import new_id

end_sessions_of = repository.end_sessions_of
find_session = repository.get_session
_REFUSED = ("invalid_credentials", "The refresh token is not good (any more); sign in again.")


class TokenReused(DomainError):
    """A refresh token came twice, so somebody stole it: the session has been ended. Commit that."""

    def __init__(self, session: Session | None) -> None:
        super().__init__(*_REFUSED)
        self.session = session


async def begin_session(
    connection: AsyncConnection, member_id: UUID, *, now: datetime
) -> tuple[Session, str]:
    """A new session and its first refresh token."""
    session = Session(new_id(), member_id, now, None)
    await repository.start_session(connection, session)
    return session, await _new_token(connection, session.id, now)


async def continue_session(
    connection: AsyncConnection, refresh_token: str, *, now: datetime
) -> tuple[Session, str] | TokenReused:
    """The session and its next refresh token; every token works once. Refuses `invalid_credentials`.

    TokenReused is returned, not raised: the end of the session must be committed.
    """
    hashed = token_hash(refresh_token)
    known = await repository.get_token(connection, hashed)
    if known is None or known.expires_at <= now:
        raise DomainError(*_REFUSED)
    first_use = await repository.use_token(connection, hashed, now)
    session = await repository.get_session(connection, known.session_id)
    if not first_use:
        await repository.end_session(connection, known.session_id, now, "refresh token used twice")
        return TokenReused(session)
    if session is None or not session.is_good(now):
        raise DomainError(*_REFUSED)
    return session, await _new_token(connection, session.id, now)


async def sign_out(connection: AsyncConnection, refresh_token: str, *, now: datetime) -> Session | None:
    """End the session of this refresh token, used or not. None when there is no such token."""
    known = await repository.get_token(connection, token_hash(refresh_token))
    if known is None:
        return None
    await repository.end_session(connection, known.session_id, now, "signed out")
    return await repository.get_session(connection, known.session_id)


async def forget_old_sessions(connection: AsyncConnection, *, now: datetime) -> None:
    """Delete sessions that have been over for a month. For a timer."""
    await repository.purge(connection, before=now - 2 * SESSION_LIFE)


async def _new_token(connection: AsyncConnection, session_id: UUID, now: datetime) -> str:
    token = new_refresh_token()
    await repository.store_token(connection, token_hash(token), session_id, now)
    return token
