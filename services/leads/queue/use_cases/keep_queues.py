"""Queues, as the organisation sets them up."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.member.use_cases.check_owners import unknown_members
from services.leads.queue.domain import LeadQueue, QueueError
from services.leads.queue.repository import QUEUES, no_default_but
from services.leads.record.domain import Change, edited
from services.leads.record.use_cases.keep_settings import Settings
from shared.contracts.errors import FieldError
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id

KEPT = Settings(QUEUES, "queue")


async def add_queue(
    connection: AsyncConnection, identity: Identity, values: Mapping[str, Any], *, now: datetime
) -> LeadQueue:
    """The new queue."""
    await _check(connection, identity, values)
    return await KEPT.add(connection, LeadQueue(new_id(), now, now, **values), now=now)


async def edit_queue(
    connection: AsyncConnection,
    identity: Identity,
    queue_id: UUID,
    values: Mapping[str, Any],
    *,
    seen_version: int,
    now: datetime,
) -> LeadQueue:
    """The queue with these values. One queue is the default one: it is changed by naming another."""
    await _check(connection, identity, values)

    def decide(queue: LeadQueue) -> Change[LeadQueue] | None:
        lost = [name for name in ("is_default", "active") if values.get(name) is False]
        if queue.is_default and lost:
            detail = "Make another queue the default one first."
            raise QueueError("state_conflict", detail, [FieldError(f"/{lost[0]}", "default_queue", detail)])
        return edited(queue, values, now=now)

    if values.get("is_default"):
        await KEPT.find(connection, queue_id)
        await no_default_but(connection, queue_id)
    return await KEPT.change(connection, queue_id, decide, seen_version=seen_version)


async def _check(connection: AsyncConnection, identity: Identity, values: Mapping[str, Any]) -> None:
    if await unknown_members(connection, identity, values.get("member_ids", ())):
        detail = "One of them is no active member."
        raise QueueError(
            "reference_unknown", detail, [FieldError("/member_ids", "reference_unknown", detail)]
        )
