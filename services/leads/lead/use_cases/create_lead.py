"""One new lead, written by one statement."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead import repository
from services.leads.lead.domain import Lead, new_lead
from services.leads.lead.schemas import LeadCreate
from services.leads.member.use_cases.check_owners import check_owner, owner_of_new
from services.leads.record.domain import Draft
from services.leads.record.use_cases.load_records import origin_taken
from services.leads.record.use_cases.origin import check_birth
from services.leads.tables import SOURCE
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.observability.causes import event_context


async def create_lead(
    connection: AsyncConnection, identity: Identity, body: LeadCreate, *, now: datetime
) -> Lead:
    """The new lead; a rep's is the rep's own. Refuses a taken reference, naming the lead that has it."""
    check_birth(body.created_at, now)
    owner = owner_of_new(identity, body.owner_id)
    if owner is not None and owner != identity.member_id:
        await check_owner(connection, identity, owner)
    origin = {"owner_id": owner, "source_system": body.source_system, "external_id": body.external_id}
    created = new_lead(new_id(), body.values(), now=now, created_at=body.created_at, origin=origin)
    written = await repository.insert_new(connection, [Draft(None, (created,))], event_context(SOURCE))
    if not written:
        raise await origin_taken(connection, repository.LEADS, body.key())
    return created.after
