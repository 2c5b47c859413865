"""Failed tries in the database."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.sign_in.domain import FORGOTTEN_AFTER, Failures
from services.gateway.sign_in.tables import sign_in_failure


async def failures_of(connection: AsyncConnection, account: bytes, now: datetime) -> Failures | None:
    """Failed tries within the last hour."""
    row = (
        await connection.execute(
            select(sign_in_failure.c.count, sign_in_failure.c.last_at).where(
                sign_in_failure.c.account_hash == account,
                sign_in_failure.c.last_at > now - FORGOTTEN_AFTER,
            )
        )
    ).one_or_none()
    return None if row is None else Failures(*row)


async def note_failure(connection: AsyncConnection, account: bytes, now: datetime) -> None:
    """One more failed try."""
    new = upsert(sign_in_failure).values(account_hash=account, count=1, last_at=now)
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=["account_hash"],
            set_={"count": sign_in_failure.c.count + 1, "last_at": now},
        )
    )


async def forget_failures(connection: AsyncConnection, account: bytes) -> None:
    """The right password was given."""
    await connection.execute(delete(sign_in_failure).where(sign_in_failure.c.account_hash == account))


async def purge(connection: AsyncConnection, now: datetime) -> None:
    """Delete failures that no longer count."""
    await connection.execute(delete(sign_in_failure).where(sign_in_failure.c.last_at < now - FORGOTTEN_AFTER))
