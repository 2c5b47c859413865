"""Touches are kept, every one, and told in order."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.repository import Beside
from services.leads.touch import repository
from services.leads.touch.domain import Touch
from services.leads.touch.schemas import TouchOut


def touches_beside(touches: Sequence[Touch], *, only_new_ways: bool = False) -> list[Beside]:
    """Written by the statement that writes the leads.

    `only_new_ways`: where the lead came so before, it is no new touch, but the same told again.
    """
    if not touches:
        return []
    return [repository.new_ways_beside(touches) if only_new_ways else repository.beside(touches)]


async def keep_touches(
    connection: AsyncConnection, touches: Sequence[Touch], *, only_new_ways: bool = False
) -> None:
    """Touches of leads that are there already."""
    if touches:
        keep = repository.add_new_ways if only_new_ways else repository.add
        await keep(connection, touches)


async def touches_of(connection: AsyncConnection, lead_id: UUID) -> list[dict[str, Any]]:
    """A lead's touches as TouchOut, oldest first."""
    rows = await repository.of_lead(connection, lead_id)
    names = [name for name in TouchOut.model_fields if name not in ("first", "last")]
    return [
        {**{name: row[name] for name in names}, "first": number == 1, "last": number == len(rows)}
        for number, row in enumerate(rows, 1)
    ]


async def touch_times(
    connection: AsyncConnection, lead_ids: Collection[UUID], kinds: Collection[str]
) -> list[tuple[UUID, str, datetime]]:
    """Lead, kind and time of these leads' touches of these kinds."""
    return await repository.times_of(connection, lead_ids, kinds)
