"""The overview of a deal."""

from uuid import UUID

from fastapi import Request

from services.gateway.caller.routes import Caller, GatewayRouter
from services.gateway.deal_overview.schemas import DealOverview
from services.gateway.deal_overview.use_cases.compose_overview import compose_overview
from shared.web.route import permission

router = GatewayRouter(prefix="/v1/deals", tags=["deals"])


@router.get("/{deal_id}/overview", response_model=DealOverview, openapi_extra=permission("deals:read"))
async def get_overview(deal_id: UUID, request: Request, caller: Caller) -> DealOverview:
    """Deal, history, account, contact, lead, product and the latest activities. A part whose service is down
    or slow is `missing`, with the reason; the rest is there within two seconds. 404 for another's deal."""
    return await compose_overview(request.app.state.upstreams, deal_id, caller.internal_token)
