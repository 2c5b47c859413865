"""Somebody acknowledges, resolves, snoozes or assigns an alert."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.alert import repository
from services.forecast.alert.domain import WAKE, Alert, AlertError, Change
from services.forecast.alert.queries import is_colleague, visible_to
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.errors import FieldError
from shared.contracts.identity import Identity
from shared.web.merge import require_version


async def decide_alert(
    connection: AsyncConnection,
    alert_id: UUID,
    decide: Callable[[Alert], Change],
    *,
    by: Identity,
    seen_version: int | None,
) -> Alert:
    """The alert after the decision. Refuses with `alert_not_found`, `version_conflict`, `state_conflict`,
    `validation_failed`."""
    before = await repository.get(connection, alert_id, visible_to(by), lock=True)
    if seen_version is not None:
        require_version(before.version, seen_version)
    after = await repository.save(connection, decide(before))
    if after.snoozed_until is not None:
        await plan_work(connection, [Due(WAKE, after.id, after.snoozed_until)])
    return after


async def assign_alert(
    connection: AsyncConnection,
    alert_id: UUID,
    member_id: UUID | None,
    *,
    by: Identity,
    seen_version: int | None,
    now: datetime,
) -> Alert:
    """The alert in that member's hands. Refuses also with `reference_unknown` a member who is not there, or
    whose records the caller may not see."""
    if member_id is not None and not await is_colleague(connection, member_id, by):
        detail = "No such member, or none whose records you see."
        error = FieldError("/member_id", "reference_unknown", detail)
        raise AlertError("reference_unknown", detail, [error])
    return await decide_alert(
        connection,
        alert_id,
        lambda before: before.assign(member_id, by.member_id, now=now),
        by=by,
        seen_version=seen_version,
    )
