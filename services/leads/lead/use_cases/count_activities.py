"""How often each lead was worked on, and when last: beside the versions of the lead."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead import repository


@dataclass(frozen=True, slots=True)
class Worked:
    """So many more activities of a lead that happened, the last at `at`; fewer are a negative number."""

    lead_id: UUID
    times: int
    at: datetime | None


async def count_activities(connection: AsyncConnection, worked: Iterable[Worked]) -> None:
    """One statement for all of them; none when nothing changes."""
    times: dict[UUID, int] = {}
    last: dict[UUID, datetime] = {}
    for each in worked:
        times[each.lead_id] = times.get(each.lead_id, 0) + each.times
        if each.at is not None:
            last[each.lead_id] = max(each.at, last.get(each.lead_id, each.at))
    changed = {lead_id: count for lead_id, count in times.items() if count or lead_id in last}
    if changed:
        await repository.count_activities(connection, changed, last)
