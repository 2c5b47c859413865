"""The policies by which first contacts are due."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.domain import Change, edited
from services.leads.record.use_cases.keep_settings import Settings
from services.leads.response.domain import ResponsePolicy
from services.leads.response.repository import POLICIES
from services.leads.response.schemas import PolicyCreate
from shared.contracts.ids import new_id

SETTINGS = Settings(POLICIES, "policy")


async def add_policy(connection: AsyncConnection, body: PolicyCreate, *, now: datetime) -> ResponsePolicy:
    """The new policy, for leads that come from now on. Refuses a faulty condition, and a name that is
    taken."""
    policy = ResponsePolicy(id=new_id(), created_at=now, updated_at=now, **body.model_dump())
    policy.check()
    return await SETTINGS.add(connection, policy, now=now)


async def edit_policy(
    connection: AsyncConnection,
    policy_id: UUID,
    values: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> ResponsePolicy:
    """The policy with these values. Clocks that run already go on as they were."""

    def decide(policy: ResponsePolicy) -> Change[ResponsePolicy] | None:
        change = edited(policy, values, now=now)
        if change is not None:
            change.after.check()
        return change

    return await SETTINGS.change(connection, policy_id, decide, seen_version=seen_version)


async def archive_policy(
    connection: AsyncConnection, policy_id: UUID, *, seen_version: int | None, now: datetime
) -> None:
    """No clock starts by it any more."""
    await SETTINGS.archive(connection, policy_id, seen_version=seen_version, now=now)
