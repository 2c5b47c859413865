"""An entry of the quarantine that no partner pushed becomes a lead, with what was known beside it, or
the record that its row of a file describes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.consent.schemas import ConsentIn, entries
from services.leads.duplicate_policy.domain import DuplicateFound
from services.leads.import_job.use_cases.release_row import release_row
from services.leads.intake import repository
from services.leads.intake.domain import Quarantined
from services.leads.lead.schemas import LeadCreate
from services.leads.lead.use_cases.take_in_leads import Arrival, take_in_leads
from services.leads.record.schemas import read
from services.leads.touch.schemas import TouchSaid
from shared.observability import context

_FIXED = ("owner_id", "source_system", "external_id")


async def let_in(
    connection: AsyncConnection, entry: Quarantined, *, allow_duplicate: bool, now: datetime
) -> Quarantined:
    """The released entry. Refuses what take_in_leads or release_row refuses, and with `duplicate_found` what
    is kept out."""
    if entry.row_number is not None and entry.source_id is not None:
        waived = {"allow_duplicate": True} if allow_duplicate and entry.record_kind == "leads" else {}
        payload = {**entry.payload, **waived}
        record_id = await release_row(connection, entry.source_id, entry.row_number, payload, now=now)
        return await _released(connection, entry, record_id, now)
    body = read(LeadCreate, entry.payload)
    said = [ConsentIn.model_validate(each) for each in entry.beside.get("consents", ())]
    arrival = Arrival(
        values=body.values(),
        origin={name: getattr(body, name) for name in _FIXED},
        touch=TouchSaid.model_validate(entry.beside.get("touch", {})).given(),
        consents=entries([*said, *body.consents], None, now),
    )
    allowed = allow_duplicate or body.allow_duplicate
    (lead,) = await take_in_leads(connection, [arrival], now=now, allow_duplicates=allowed)
    if isinstance(lead, DuplicateFound):
        raise lead
    return await _released(connection, entry, lead.id, now)


async def _released(
    connection: AsyncConnection, entry: Quarantined, record_id: UUID, now: datetime
) -> Quarantined:
    released = entry.release(record_id, context.actor.get(), now=now)
    await repository.save(connection, released)
    return released
