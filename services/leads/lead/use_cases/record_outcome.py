"""How a lead of another system ended there, for history that scores and figures are to learn from."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.domain import NOT_CONVERTED, Lead, LeadError
from services.leads.lead.use_cases.change_lead import change_lead
from services.leads.record.domain import Change
from shared.contracts.errors import FieldError
from shared.contracts.identity import Identity


async def record_outcome(
    connection: AsyncConnection,
    identity: Identity,
    lead_id: UUID,
    *,
    converted: bool,
    at: datetime,
    seen_version: int | None,
    now: datetime,
) -> Lead:
    """The lead, converted or disqualified at that moment; it becomes no account and no deal here.

    Refuses a lead that has ended already, and a moment before the lead came up or in the future.
    """

    def decide(lead: Lead) -> Change[Lead]:
        _check(lead, at, now)
        return lead.end_elsewhere(at, converted=converted, now=now)

    return await change_lead(connection, identity, lead_id, decide, seen_version=seen_version)


def ended_elsewhere(lead: Lead, at: datetime, *, converted: bool, now: datetime) -> Change[Lead] | None:
    """The same step for one of many leads; None when it has ended in just this way before."""
    _check(lead, at, now)
    as_converted = lead.status == "converted" and lead.account_id is None and lead.converted_at == at
    as_disqualified = lead.disqualify_reason == NOT_CONVERTED and lead.disqualified_at == at
    if as_converted if converted else as_disqualified:
        return None
    return lead.end_elsewhere(at, converted=converted, now=now)


def _check(lead: Lead, at: datetime, now: datetime) -> None:
    if not lead.created_at <= at <= now:
        detail = "The outcome lies between the lead's creation and now."
        raise LeadError("validation_failed", detail, [FieldError("/at", "out_of_range", detail)])
