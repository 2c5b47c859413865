"""The first activity of ours with somebody after that somebody had asked."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.activity import queries


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked and when. `activity_id`: the asking itself, where it was logged."""

    id: UUID
    at: datetime
    lead_id: UUID | None
    contact_id: UUID | None
    activity_id: UUID | None


@dataclass(frozen=True, slots=True)
class Answer:
    """When, by whom, and what came of it."""

    at: datetime
    by: UUID | None
    outcome: str | None


async def find_answers(connection: AsyncConnection, asked: Sequence[Asked]) -> dict[UUID, Answer]:
    """By id of what was asked; what nobody has answered is not in it. One query for all of them."""
    if not asked:
        return {}
    rows = await queries.first_answers(connection, [asdict(each) for each in asked])
    return {row.id: Answer(row.answered_at, row.owner_id, row.outcome) for row in rows}
