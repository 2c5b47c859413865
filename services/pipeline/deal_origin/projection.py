"""A conversion says where its deal came from. Told again, nothing changes."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_origin.tables import deal_origin
from shared.contracts.events.leads_lead import LeadConverted
from shared.persistence.bulk import insert_rows

_OF_LEADS = ("first_contact_at", "channel", "category", "country", "industry", "segment")


async def record_origin(connection: AsyncConnection, lead: LeadConverted) -> None:
    """Keep what the lead was when its deal was wanted. The deal is there already."""
    if lead.deal is None:
        return
    row = {
        "deal_id": lead.deal.deal_id,
        "lead_created_at": lead.created_at,
        **{name: getattr(lead, name) for name in _OF_LEADS},
    }
    await connection.execute(insert_rows(deal_origin, [row]).on_conflict_do_nothing())
