"""`GET /v1/lead-preparation`."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from services.leads.lead.queries import LEADS
from services.leads.lead.scope import visible
from services.leads.preparation_board.domain import MEANINGS
from services.leads.preparation_board.queries import columns
from services.leads.preparation_board.schemas import PreparationBoard
from shared.reporting.figures import defined
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/lead-preparation", tags=["leads"])
_L = LEADS.table.c


@router.get(
    "",
    response_model=PreparationBoard,
    openapi_extra=permission("leads:read"),
    summary="Open leads by how far they are prepared for a deal",
)
async def get_lead_preparation(
    *,
    connection: Reading,
    caller: Caller,
    owner_id: Annotated[UUID | None, Query(description="Leads of this member.")] = None,
    source: Annotated[str | None, Query(max_length=200, description="Leads of this source.")] = None,
    category: Annotated[str | None, Query(max_length=200, description="Leads of this category.")] = None,
    limit: Annotated[int, Query(ge=1, le=100, description="So many leads of each step are shown.")] = 20,
) -> dict[str, Any]:
    """The open leads within the caller's scope by the last step each has reached: obtained, segmented,
    nurtured, distributed, targeted, worked, qualified. Of each step the number and the newest leads. Costs
    one query over the open leads. Problems: 400 `invalid_parameter`, `unknown_parameter`.
    """
    asked = {"owner_id": owner_id, "source": source, "category": category}
    where = [visible(caller), *(_L[name] == value for name, value in asked.items() if value is not None)]
    found = await columns(connection, where, cards=limit)
    return {
        "leads": sum(each.leads for each in found),
        "steps": [
            {"step": each.step, "leads": each.leads, "oldest_created_at": each.oldest, "cards": each.cards}
            for each in found
        ],
        "definitions": defined(MEANINGS, "Leads that are open now."),
    }
