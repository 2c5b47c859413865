"""The policies that hold now."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.duplicate_policy import repository
from services.leads.duplicate_policy.domain import Policies, all_policies


async def policies_in_use(connection: AsyncConnection) -> Policies:
    """All of them, by one small query."""
    return all_policies(await repository.policies(connection))
