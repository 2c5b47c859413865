"""Sign a member in by password, or go on with a session."""

from dataclasses import dataclass
from datetime import datetime

from services.gateway.caller.domain import Credential
from services.gateway.member.passwords import Passwords
from services.gateway.member.use_cases.read_members import account_by_id, account_of, note_sign_in
from services.gateway.session.use_cases.keep_session import TokenReused, begin_session, continue_session
from services.gateway.sign_in import repository
from services.gateway.sign_in.domain import account_hash
from shared.contracts.errors import DomainError
from shared.persistence.database import Database


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session's credential and the refresh token that goes on with it."""

    credential: Credential
    refresh_token: str


async def sign_in(
    database: Database, passwords: Passwords, name: str, password: str, *, address: str, now: datetime
) -> SignedIn:
    """A new session. Refuses `invalid_credentials`, the same for everything that is wrong, and
    `rate_limited` while too many failures are fresh.

    The failure is committed although the caller is refused; no connection is held while the password
    is checked.
    """
    account_key = account_hash(name, address)
    async with database.reading() as connection:
        failures = await repository.failures_of(connection, account_key, now)
        if failures is not None and failures.next_try_at() > now:
            wait = int((failures.next_try_at() - now).total_seconds()) + 1
            detail = f"Too many failed tries; wait {wait} s."
            raise DomainError("rate_limited", detail, extra={"retry_after": wait})
        account = await account_of(connection, name)
    fits = await passwords.fits(password, account.password_hash if account else None)
    if not fits or account is None or not account.active:
        async with database.transaction() as connection:
            await repository.note_failure(connection, account_key, now)
        raise DomainError("invalid_credentials", "The name and the password do not fit.")
    async with database.transaction() as connection:
        session, token = await begin_session(connection, account.member_id, now=now)
        await repository.forget_failures(connection, account_key)
        await note_sign_in(connection, account.member_id, now)
    return SignedIn(Credential("member", account.member_id, session_id=session.id), token)


async def refresh(database: Database, refresh_token: str, *, now: datetime) -> SignedIn:
    """The session with a new refresh token. Refuses `invalid_credentials`; raises TokenReused, the session
    ended and that committed, when the token came before."""
    async with database.transaction() as connection:
        continued = await continue_session(connection, refresh_token, now=now)
        if not isinstance(continued, TokenReused):
            session, token = continued
            account = await account_by_id(connection, session.member_id)
            if account is None or not account.active:
                raise DomainError("invalid_credentials", "The member is no longer active.")
            return SignedIn(Credential("member", session.member_id, session_id=session.id), token)
    raise continued
