"""A member notes what a customer needs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.domain import Lead
from services.leads.lead.use_cases.change_lead import change_lead, load_lead
from services.leads.need.domain import Need
from services.leads.need.repository import NEEDS
from services.leads.record.domain import Change
from services.leads.record.use_cases.keep_settings import Settings
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id

SETTINGS = Settings(NEEDS, "need")


async def add_need(
    connection: AsyncConnection,
    identity: Identity,
    lead_id: UUID,
    values: Mapping[str, Any],
    *,
    now: datetime,
) -> Need:
    """The new need; its tags are among the lead's needs from now on. Needs a transaction."""
    await load_lead(connection, identity, lead_id)
    new = Need(
        id=new_id(), lead_id=lead_id, recorded_by=identity.sub, created_at=now, updated_at=now, **values
    )
    need = await SETTINGS.add(connection, new, now=now)
    await _feed(connection, identity, need, now)
    return need


async def edit_need(
    connection: AsyncConnection,
    identity: Identity,
    lead_id: UUID,
    need_id: UUID,
    values: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> Need:
    """The need with these values. Refuses one of another lead. Needs a transaction."""
    await _check(connection, identity, lead_id, need_id)
    need = await SETTINGS.edit(connection, need_id, values, seen_version=seen_version, now=now)
    await _feed(connection, identity, need, now)
    return need


async def take_back(
    connection: AsyncConnection,
    identity: Identity,
    lead_id: UUID,
    need_id: UUID,
    *,
    seen_version: int | None,
    now: datetime,
) -> None:
    """It is no need of the lead any more. Needs a transaction."""
    await _check(connection, identity, lead_id, need_id)
    await SETTINGS.archive(connection, need_id, seen_version=seen_version, now=now)


async def _check(connection: AsyncConnection, identity: Identity, lead_id: UUID, need_id: UUID) -> None:
    await load_lead(connection, identity, lead_id)
    await SETTINGS.find(connection, need_id, NEEDS.table.c.lead_id == lead_id)


async def _feed(connection: AsyncConnection, identity: Identity, need: Need, now: datetime) -> None:
    def with_tags(lead: Lead) -> Change[Lead] | None:
        return lead.edit({"needs": tuple(dict.fromkeys((*lead.needs, *need.tags)))}, now=now)

    await change_lead(connection, identity, need.lead_id, with_tags, seen_version=None)
