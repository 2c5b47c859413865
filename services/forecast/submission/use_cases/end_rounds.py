"""At its deadline a submission that is missing is told of, and after the grace it is locked."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.submission import repository
from services.forecast.submission.repository import Change
from shared.agenda.domain import Due


async def tell_overdue(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Of those not handed in, once."""
    held = await repository.hold(connection, [each.subject_id for each in entries])
    told = [each.overdue(now=now) for each in held]
    await repository.save(connection, [Change(*after) for after in told if after is not None])


async def lock_submissions(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Whatever state they are in; that one is overdue is told first, also where there is no grace. One that
    was unlocked for longer has another entry."""
    held = await repository.hold(connection, [each.subject_id for each in entries])
    changes: list[Change] = []
    for each in held:
        late = each.overdue(now=now)
        locked = (each if late is None else late[0]).locked(now=now)
        changes += [Change(*after) for after in (late, locked) if after is not None]
    await repository.save(connection, changes)
