"""Who works a territory, from when until when."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.member.use_cases.check_owners import check_owner
from services.leads.territory import repository
from services.leads.territory.domain import TerritoryError
from services.leads.territory.schemas import AssignmentCreate
from services.leads.territory.use_cases.keep_territories import find_territory
from shared.contracts.errors import FieldError
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id


async def staff_territory(
    connection: AsyncConnection,
    identity: Identity,
    territory_id: UUID,
    body: AssignmentCreate,
    *,
    now: datetime,
) -> dict[str, Any]:
    """The new assignment; earlier ones stay in the history."""
    await find_territory(connection, territory_id)
    await check_owner(connection, identity, body.member_id)
    starts = body.starts_at or now
    if body.ends_at is not None and body.ends_at <= starts:
        detail = "An assignment ends after it starts."
        raise TerritoryError("validation_failed", detail, [FieldError("/to", "out_of_range", detail)])
    row: dict[str, Any] = {
        "id": new_id(),
        "territory_id": territory_id,
        "member_id": body.member_id,
        "starts_at": starts,
        "ends_at": body.ends_at,
        "created_at": now,
        "created_by": identity.sub,
    }
    await repository.add_assignment(connection, row)
    return row


async def check_territory(connection: AsyncConnection, territory_id: UUID) -> None:
    """Refuses with `territory_not_found` what no version has or had."""
    if not await repository.is_in_any_version(connection, territory_id):
        raise TerritoryError("territory_not_found", "There is no such territory.")


async def leave_territory(
    connection: AsyncConnection, territory_id: UUID, assignment_id: UUID, *, now: datetime
) -> None:
    """The assignment ends now."""
    if not await repository.end_assignment(connection, territory_id, assignment_id, now):
        raise TerritoryError("not_found", "There is no such assignment that still goes on.")
