"""Lead events become rows, one statement for a batch of any size."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.known_at import known_at
from services.forecast.lead_ledger.tables import lead_now
from services.forecast.replica import keep_newest
from shared.contracts.envelope import Envelope
from shared.contracts.events.leads_lead import LeadState


async def record_leads(connection: AsyncConnection, told: Sequence[tuple[LeadState, Envelope]]) -> None:
    """Keep each lead's newest state with the instants it reached each step."""
    await keep_newest(connection, lead_now, [_row(event, envelope) for event, envelope in told])


def _row(event: LeadState, envelope: Envelope) -> dict[str, Any]:
    return {
        "lead_id": event.lead_id,
        "sequence": envelope.sequence,
        "known_at": known_at(envelope),
        "status": event.status,
        "created_at": event.created_at,
        "owner_id": event.owner_id,
        "source": event.source,
        "campaign": event.campaign,
        "country": event.country,
        "product_interest": event.product_interest,
        "partner_id": event.partner_id,
        "first_contact_at": event.first_contact_at,
        "qualified_at": event.qualified_at,
        "disqualified_at": event.disqualified_at,
        "disqualify_reason": event.disqualify_reason,
        "converted_at": event.converted_at,
        "account_id": event.account_id,
        "deal_id": event.deal_id,
        "archived_at": event.archived_at,
        "merged_into": event.merged_into,
        "territory_id": event.territory_id,
    }
