"""What a look at a figure means for its alert: raise it, keep it up to date, or resolve it."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.alert import repository
from services.forecast.alert.domain import Alert, Finding, Subject, new_alert
from shared.contracts.events.forecast_alert import Resolution
from shared.contracts.ids import new_id

Verdict = Literal["beyond", "between", "within"]
"""Beyond the limit, well within it, or between: then nothing changes."""


async def follow_figure(
    connection: AsyncConnection, subject: Subject, finding: Finding, verdict: Verdict, *, now: datetime
) -> Alert | None:
    """The alert of the subject after it, if there is one. However often it is found, there is one."""
    before = await repository.hold_by_key(connection, subject.key)
    if before is None:
        if verdict != "beyond":
            return None
        new = new_alert(new_id(), subject, finding, now=now)
        added = await repository.add(connection, new.raised())
        if added is not None:
            return added
        before = await repository.hold_by_key(connection, subject.key)
    if before is None:
        return None
    if verdict == "beyond":
        return await repository.save(connection, before.found(finding, now=now))
    if verdict == "between":
        return await repository.save(connection, before.measured(finding, now=now))
    return await repository.save(connection, before.within(finding, resolution="by_itself", now=now))


async def end_others(
    connection: AsyncConnection,
    kind: str,
    *,
    team_id: UUID | None,
    watched: str | None,
    today: date,
    now: datetime,
) -> None:
    """Alerts of a team (None: of all) that nobody looks after any more are resolved: all but that of the
    `watched` key."""
    for each in await repository.hold_of_node(connection, kind, team_id=team_id, besides=watched):
        resolution: Resolution = "period_over" if each.subject.ends_on < today else "by_itself"
        await repository.save(connection, each.within(None, resolution=resolution, now=now))


async def end_past(connection: AsyncConnection, kind: str, *, today: date, now: datetime) -> None:
    """Alerts of periods that have ended are resolved."""
    for each in await repository.hold_of_past(connection, kind, before=today):
        await repository.save(connection, each.within(None, resolution="period_over", now=now))
