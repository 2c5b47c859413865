"""What a lead agreed to changes by what was said."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.consent.schemas import ConsentIn, entries
from services.leads.consent.use_cases.record_consent import Recorded, record_consent, recorded
from services.leads.lead import repository
from services.leads.lead.domain import LeadError
from services.leads.lead.use_cases.change_lead import load_lead
from services.leads.record.domain import Draft
from services.leads.tables import SOURCE
from shared.contracts.identity import Identity
from shared.observability.causes import event_context


async def consent_of_lead(connection: AsyncConnection, identity: Identity, lead_id: UUID) -> Recorded:
    """What is recorded. Refuses with `lead_not_found`."""
    await load_lead(connection, identity, lead_id)
    return await recorded(connection, "lead_id", lead_id)


async def change_consent(
    connection: AsyncConnection,
    identity: Identity,
    lead_id: UUID,
    said: Sequence[ConsentIn],
    *,
    now: datetime,
) -> Recorded:
    """What is recorded after this was said. Needs a transaction. Refuses with `lead_not_found`."""
    lead = await load_lead(connection, identity, lead_id, lock=True)
    after = await record_consent(connection, "lead_id", lead_id, entries(said, identity.sub, now))
    change = lead.respect(after.withdrawn, now=now)
    if change is not None and not await repository.save(
        connection, [Draft(lead, (change,))], event_context(SOURCE)
    ):
        raise LeadError("temporarily_unavailable", "The lead is being changed by many at once; try again.")
    return after
