"""The account above another must be there, and nothing may lie below itself."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account import repository
from services.leads.account.domain import check_no_cycle
from services.leads.record.use_cases.await_references import unknown_reference

Parents = dict[UUID, UUID | None]
"""Child -> parent, as far up as it goes."""


async def known_parents(connection: AsyncConnection, wanted: Collection[UUID | None]) -> Parents:
    """The wanted parents that are there, and all above them."""
    ids = {parent for parent in wanted if parent is not None}
    return await repository.ancestors(connection, ids) if ids else {}


def check_parent(values: Mapping[str, Any], parents: Parents, account_id: UUID | None = None) -> None:
    """Refuses `parent_id` among the values when it is unknown or, for an account there is, makes a circle."""
    parent = values.get("parent_id")
    if parent is None:
        return
    if parent not in parents:
        raise unknown_reference("parent_id", "account")
    if account_id is not None:
        check_no_cycle(account_id, parent, parents)
        parents[account_id] = parent
