"""Decisions about several leads at once: locked and read by one query, written by one statement."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead import repository
from services.leads.lead.domain import Lead
from services.leads.lead.scope import visible
from services.leads.record.domain import Draft
from services.leads.record.repository import Beside
from services.leads.tables import SOURCE
from shared.contracts.identity import Identity
from shared.observability.causes import event_context


async def lock_leads(
    connection: AsyncConnection, identity: Identity, ids: Collection[UUID]
) -> dict[UUID, Lead]:
    """Those of the leads that the caller may see; nobody else changes them until the transaction ends."""
    return await repository.lock(connection, ids, visible(identity))


async def lock_lead(connection: AsyncConnection, lead_id: UUID) -> Lead | None:
    """The lead, whoever may see it: the caller checks that by what it finds."""
    return (await repository.lock(connection, [lead_id])).get(lead_id)


async def save_leads(
    connection: AsyncConnection, drafts: Sequence[Draft[Lead]], beside: Sequence[Beside] = ()
) -> None:
    """Write locked leads with their history, their events and what goes beside them."""
    if drafts:
        await repository.save(connection, drafts, event_context(SOURCE), beside)
