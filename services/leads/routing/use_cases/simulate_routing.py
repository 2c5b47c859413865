"""Who would get a lead, and why; nothing is written."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.domain import Lead, new_lead
from services.leads.lead.schemas import LeadCreate
from services.leads.lead.use_cases.change_lead import load_lead
from services.leads.record.schemas import read
from services.leads.routing.domain import Decision
from services.leads.routing.use_cases.open_router import open_routing
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id


async def simulate_routing(
    connection: AsyncConnection,
    identity: Identity,
    *,
    lead_id: UUID | None,
    fields: Mapping[str, Any] | None,
    at: datetime,
) -> Decision:
    """The decision as it would be taken at this instant, with the rules and loads of now."""
    lead = await _lead(connection, identity, lead_id, fields, at)
    routing = await open_routing(connection, now=at, alone=False)
    return (await routing.route(connection, [lead]))[lead.id]


async def _lead(
    connection: AsyncConnection,
    identity: Identity,
    lead_id: UUID | None,
    fields: Mapping[str, Any] | None,
    at: datetime,
) -> Lead:
    if lead_id is not None:
        return await load_lead(connection, identity, lead_id)
    body = read(LeadCreate, fields)
    return new_lead(new_id(), body.values(), now=at).after
