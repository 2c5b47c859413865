"""Sellers get responsibilities by what they can do."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.responsibility import repository
from services.leads.responsibility.domain import Responsibility, ResponsibilityError, abilities_of
from services.leads.responsibility.schemas import ResponsibilityCreate
from services.leads.seller.use_cases.describe_seller import load_member, load_seller
from shared.contracts.errors import FieldError
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id


async def give_responsibility(
    connection: AsyncConnection,
    identity: Identity,
    member_id: UUID,
    body: ResponsibilityCreate,
    *,
    now: datetime,
) -> Responsibility:
    """The new responsibility; earlier ones stay. Refuses with `seller_not_found`, with `reference_unknown` a
    skill the profile does not have, and an end before the start."""
    await load_member(connection, identity, member_id)
    starts = body.starts_at or now
    if body.ends_at is not None and body.ends_at <= starts:
        detail = "A responsibility ends after it starts."
        raise ResponsibilityError("validation_failed", detail, [FieldError("/to", "out_of_range", detail)])
    seller = await load_seller(connection, member_id)
    given = Responsibility(
        id=new_id(),
        member_id=member_id,
        starts_at=starts,
        ends_at=body.ends_at,
        tasks=body.tasks,
        lead_types=body.lead_types,
        stages=body.stages,
        skills=abilities_of(seller, [(each.kind, each.name) for each in body.skills]),
        note=body.note,
        created_at=now,
        created_by=identity.sub,
    )
    await repository.add(connection, given)
    return given


async def end_responsibility(
    connection: AsyncConnection,
    identity: Identity,
    member_id: UUID,
    responsibility_id: UUID,
    *,
    now: datetime,
) -> None:
    """It ends now. Refuses with `seller_not_found`, with `not_found` what is not there or has ended."""
    await load_member(connection, identity, member_id)
    if not await repository.end(connection, member_id, responsibility_id, now):
        raise ResponsibilityError("not_found", "There is no such responsibility that still goes on.")
