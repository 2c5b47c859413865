"""Directors say what happens with duplicates of each source."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.duplicate_policy.domain import DuplicatePolicy
from services.leads.duplicate_policy.repository import POLICIES
from services.leads.duplicate_policy.schemas import PolicyCreate
from services.leads.record.use_cases.keep_settings import Settings
from shared.contracts.ids import new_id

SETTINGS = Settings(POLICIES, "duplicate_policy")


async def add_policy(connection: AsyncConnection, body: PolicyCreate, *, now: datetime) -> DuplicatePolicy:
    """The new policy, for leads that come from now on. Refuses a source that has one."""
    policy = DuplicatePolicy(id=new_id(), created_at=now, updated_at=now, **body.model_dump())
    return await SETTINGS.add(connection, policy, now=now)


async def archive_policy(
    connection: AsyncConnection, policy_id: UUID, *, seen_version: int | None, now: datetime
) -> None:
    """The source goes by the policy of all others. Refuses to put that one away."""
    (await SETTINGS.find(connection, policy_id)).check_removable()
    await SETTINGS.archive(connection, policy_id, seen_version=seen_version, now=now)
