"""The deal first, then everything around it at once."""

import asyncio
from typing import Any
from uuid import UUID

from services.gateway.deal_overview.schemas import DealOverview
from services.gateway.upstream.connections import Upstreams
from services.gateway.upstream.reading import Part, Query, ServiceRefused, nothing, part, read
from shared.contracts.errors import DomainError
from shared.web.problem import Problem

SECONDS = 2.0
_DEAL_SECONDS = 1.5
READS = (
    ("pipeline", "/v1/deals/{deal_id}"),
    ("pipeline", "/v1/deals/{deal_id}/history"),
    ("pipeline", "/v1/products/{product_id}"),
    ("leads", "/v1/accounts/{account_id}"),
    ("leads", "/v1/contacts/{contact_id}"),
    ("leads", "/v1/leads/{lead_id}"),
    ("leads", "/v1/activities"),
)
"""What the view reads; a test checks that the services publish it."""


async def compose_overview(upstreams: Upstreams, deal_id: UUID, token: str) -> DealOverview:
    """Within two seconds. Refuses `deal_not_found`; raises Problem when the deal itself cannot be read, for
    then nothing says whether the caller may see the rest."""
    began = asyncio.get_running_loop().time()
    deal = await _deal(upstreams, deal_id, token)
    left = SECONDS - (asyncio.get_running_loop().time() - began)

    def linked(service: str, things: str, name: str) -> Any:
        link = deal.get(name)
        return nothing() if link is None else read(upstreams, service, f"/v1/{things}/{link}", token)

    query: Query = {"deal_id": str(deal_id), "sort": "-created_at", "limit": 20}
    readings = (
        read(upstreams, "pipeline", f"/v1/deals/{deal_id}/history", token),
        linked("leads", "accounts", "account_id"),
        linked("leads", "contacts", "contact_id"),
        linked("leads", "leads", "lead_id"),
        linked("pipeline", "products", "product_id"),
        read(upstreams, "leads", "/v1/activities", token, query=query),
    )
    history, account, contact, lead, product, activities = await asyncio.gather(
        *(part(reading, seconds=left) for reading in readings)
    )
    return DealOverview(
        deal=Part(state="ok", data=deal),
        history=history,
        account=account,
        contact=contact,
        lead=lead,
        product=product,
        activities=activities,
    )


async def _deal(upstreams: Upstreams, deal_id: UUID, token: str) -> dict[str, Any]:
    try:
        async with asyncio.timeout(_DEAL_SECONDS):
            deal: dict[str, Any] = await read(upstreams, "pipeline", f"/v1/deals/{deal_id}", token)
            return deal
    except TimeoutError:
        raise Problem("upstream_timeout", "The deal could not be read in time.") from None
    except ServiceRefused as refusal:
        if refusal.status >= 500:
            raise Problem("upstream_unavailable", "The deal could not be read.") from None
        raise DomainError(refusal.code, refusal.detail) from None
