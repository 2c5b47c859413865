"""Members whom a caller names for something beside a deal: colleagues who are there and active."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.use_cases.know_references import unknown_after_waiting
from services.pipeline.tables import ORGANISATION
from shared.contracts.errors import DomainError, FieldError

_M = ORGANISATION.member.c


async def know_members(connection: AsyncConnection, named: Mapping[str, UUID]) -> None:
    """`named`: by the pointer into the body. Refuses with `reference_unknown` who is no active member."""
    if not named:
        return
    await unknown_after_waiting(connection, {"owner_id": set(named.values())})
    wanted = literal(list(named.values()), ARRAY(Uuid))
    active = set(await connection.scalars(select(_M.id).where(_M.id == any_(wanted), _M.active)))
    errors = [
        FieldError(pointer, "reference_unknown", f"{member_id} is no active member.")
        for pointer, member_id in named.items()
        if member_id not in active
    ]
    if errors:
        raise DomainError("reference_unknown", errors[0].detail, errors)
