"""A converted lead wanted a deal: it is opened, once, under the id the conversion chose."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal import repository
from services.pipeline.deal.domain.arrival import opened
from services.pipeline.deal.domain.life import Told
from services.pipeline.deal.merges import LinkField
from services.pipeline.deal.tags import normal_tags
from services.pipeline.deal.use_cases.arriving import fact
from services.pipeline.deal.use_cases.follow_merges import follow_merges, note_hops
from services.pipeline.deal.use_cases.valuation import load_valuation
from services.pipeline.pipeline.queries import pipeline_for_new_deal
from shared.contracts.events.leads_lead import LeadConverted


async def open_deal_from_lead(
    connection: AsyncConnection, lead: LeadConverted, *, cause: UUID, now: datetime
) -> None:
    """Open the deal in the pipeline wanted, or in the default one when that is unknown here. An account or
    contact that became part of another since is named by that.

    `cause`: the id of the event that asks. Asked again for the same deal, nothing happens. Refuses with
    `rate_missing`, `organisation_unknown`: the event is then kept, to be replayed when the rate is there.
    """
    wanted = lead.deal
    if wanted is None:
        return
    pipeline = await pipeline_for_new_deal(connection, wanted.pipeline_id, or_default=True)
    valuation = await load_valuation(connection, [wanted.amount])
    named: dict[LinkField, UUID | None] = {"account_id": lead.account_id, "contact_id": lead.contact_id}
    links, hops = await follow_merges(
        connection, {field: record_id for field, record_id in named.items() if record_id is not None}
    )
    details = {
        "name": wanted.name,
        "amount": wanted.amount,
        "base_amount": valuation.base(wanted.amount, now),
        "expected_close": wanted.expected_close,
        "owner_id": lead.owner_id,
        "account_id": links.get("account_id"),
        "contact_id": links.get("contact_id"),
        "lead_id": lead.lead_id,
        "source": lead.source,
        "tags": normal_tags(wanted.tags),
        "sale_approach": lead.origin,
        "sale_channel": "direct" if lead.partner_id is None else "indirect",
    }
    arrival = opened(wanted.deal_id, pipeline, Told(), details, now=now)
    assert arrival.event is not None  # noqa: S101 - a new deal always has its event
    if await repository.add(connection, [arrival], [fact(arrival.event, arrival.id, 1, now, cause=cause)]):
        await note_hops(connection, arrival.id, hops)
