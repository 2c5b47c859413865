"""An entry of the quarantine that no partner pushed becomes a lead, with what was known beside it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.consent.schemas import ConsentIn, entries
from services.leads.duplicate_policy.domain import DuplicateFound
from services.leads.intake import repository
from services.leads.intake.domain import Quarantined
from services.leads.lead.schemas import LeadCreate
from services.leads.lead.use_cases.take_in_leads import Arrival, take_in_leads
from services.leads.record.schemas import read
from services.leads.touch.schemas import TouchSaid
from shared.contracts.errors import DomainError, FieldError
from shared.observability import context

_FIXED = ("owner_id", "source_system", "external_id")


def faults_of_lead(payload: Mapping[str, Any]) -> tuple[FieldError, ...]:
    """What is wrong with a payload as a lead."""
    try:
        read(LeadCreate, payload)
    except DomainError as error:
        return tuple(error.errors)
    return ()


async def let_in(
    connection: AsyncConnection, entry: Quarantined, *, allow_duplicate: bool, now: datetime
) -> Quarantined:
    """The released entry. Refuses what take_in_leads refuses, and with `duplicate_found` what it keeps
    out."""
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
    released = entry.release(lead.id, context.actor.get(), now=now)
    await repository.save(connection, released)
    return released
