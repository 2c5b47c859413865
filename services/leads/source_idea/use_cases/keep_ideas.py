"""Ideas are suggested, tried, adopted and dropped."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.domain import Change
from services.leads.record.use_cases.keep_settings import Settings
from services.leads.source_idea.domain import SourceIdea
from services.leads.source_idea.repository import IDEAS
from services.leads.source_idea.schemas import IdeaCreate
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id

ALL_IDEAS = Settings(IDEAS, "source_idea")


async def suggest_idea(
    connection: AsyncConnection, identity: Identity, body: IdeaCreate, *, now: datetime
) -> SourceIdea:
    """The new idea. Refuses a name that is taken."""
    idea = SourceIdea(
        id=new_id(), suggested_by=identity.sub, created_at=now, updated_at=now, **body.model_dump()
    )
    return await ALL_IDEAS.add(connection, idea, now=now)


async def move_idea(
    connection: AsyncConnection,
    idea_id: UUID,
    decide: Callable[[SourceIdea], Change[SourceIdea]],
    *,
    seen_version: int | None,
) -> SourceIdea:
    """The idea after a step. Refuses with `idea_state` one that its status does not allow."""
    return await ALL_IDEAS.change(connection, idea_id, decide, seen_version=seen_version)
