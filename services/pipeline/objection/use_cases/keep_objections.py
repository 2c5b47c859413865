"""An objection is raised, answered, resolved, opened again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.use_cases.note_on_deal import hold_deal, note_on_deal
from services.pipeline.merging import merged
from services.pipeline.objection.domain import Objection
from services.pipeline.objection.repository import OBJECTIONS
from services.pipeline.records import advanced
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.pipeline_deal import (
    DealObjectionChanged,
    DealObjectionRaised,
    DealObjectionResolved,
)
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id


async def raise_objection(
    connection: AsyncConnection, deal_id: UUID, caller: Identity, values: Mapping[str, Any], *, now: datetime
) -> Objection:
    """The new objection. Refuses with `deal_not_found`, and to have been resolved in the future."""
    _refuse_future(values, now)
    deal = await hold_deal(connection, deal_id, caller)
    raised = Objection(
        id=new_id(), deal_id=deal_id, recorded_by=caller.sub, created_at=now, updated_at=now, **values
    )
    await OBJECTIONS.add(connection, raised)
    await note_on_deal(connection, deal, DealObjectionRaised, now=now, objection_id=raised.id)
    return raised


async def edit_objection(
    connection: AsyncConnection,
    deal_id: UUID,
    objection_id: UUID,
    caller: Identity,
    fields: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> Objection:
    """The objection with these values.

    Refuses with `deal_not_found`, `objection_not_found`, `version_conflict`, `validation_failed`.
    """
    _refuse_future(fields, now)
    deal = await hold_deal(connection, deal_id, caller)
    before = await OBJECTIONS.get(connection, deal_id, objection_id)
    changes = await merged(connection, before, fields, seen_version=seen_version)
    if not changes:
        return before
    after = advanced(before, changes, now)
    await OBJECTIONS.save(connection, after)
    resolved = before.resolved_at is None and after.resolved_at is not None
    kind = DealObjectionResolved if resolved else DealObjectionChanged
    await note_on_deal(connection, deal, kind, now=now, objection_id=objection_id)
    return after


def _refuse_future(values: Mapping[str, Any], now: datetime) -> None:
    resolved_at = values.get("resolved_at")
    if resolved_at is not None and resolved_at > now:
        detail = "It cannot have been resolved in the future."
        raise DomainError("validation_failed", detail, [FieldError("/resolved_at", "in_the_future", detail)])
