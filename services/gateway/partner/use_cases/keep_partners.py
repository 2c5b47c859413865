"""Take a partner in, change it, ask about it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.partner import repository
from services.gateway.partner.domain import Partner
from services.gateway.partner.queries import is_active, shown
from services.gateway.tables import OUTBOX
from shared.contracts.envelope import EventContext, wrap
from shared.contracts.events.gateway_partner import PartnerState
from shared.contracts.ids import new_id

__all__ = ["add_partner", "change_partner", "is_active", "shown"]


async def add_partner(
    connection: AsyncConnection, given: Mapping[str, Any], *, now: datetime, context: EventContext
) -> Partner:
    """A new partner. The database refuses a name that is taken (`name_taken`)."""
    partner = Partner(id=new_id(), active=True, created_at=now, updated_at=now, **given)
    partner.check()
    await repository.add(connection, partner)
    await _tell(connection, partner, partner.added(), now, context)
    return partner


async def change_partner(
    connection: AsyncConnection,
    partner_id: UUID,
    changes: Mapping[str, Any],
    *,
    seen_version: int,
    now: datetime,
    context: EventContext,
) -> Partner:
    """The partner after the change. Refuses `partner_not_found`, `version_conflict`, `name_taken`."""
    partner = await repository.get(connection, partner_id)
    edited, event = partner.edited(changes, seen_version=seen_version, now=now)
    if event is not None:
        await repository.save(connection, edited)
        await _tell(connection, edited, event, now, context)
    return edited


async def _tell(
    connection: AsyncConnection, partner: Partner, event: PartnerState, now: datetime, context: EventContext
) -> None:
    envelope = wrap(event, subject=partner.id, sequence=partner.version, time=now, context=context)
    await OUTBOX.add(connection, [envelope])
