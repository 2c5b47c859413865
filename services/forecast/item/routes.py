"""`GET /v1/forecast/items`."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.forecast.amount_view.definitions import DEFINITIONS
from services.forecast.deal_ledger.queries import last_event_at
from services.forecast.item.schemas import ItemOut, ItemsOut, item_fields, of_nobody
from services.forecast.item.use_cases.view_items import view_items
from services.forecast.node.domain import Dimension, Node
from services.forecast.outlook.domain import Rollup
from shared.reporting.figures import defined, period_shown
from shared.reporting.parameters import KnownPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/forecast/items", tags=["forecast adjustments"])


@router.get(
    "",
    response_model=ItemsOut,
    openapi_extra=permission("adjustments:read"),
    summary="A node of the forecast and what lies right below, in four views",
)
async def get_items(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: KnownPeriod,
    team_id: Annotated[UUID | None, Query(description="This team.")] = None,
    owner_id: Annotated[UUID | None, Query(description="This member.")] = None,
    territory_id: Annotated[UUID | None, Query(description="This territory.")] = None,
    product_family: Annotated[str | None, Query(max_length=200, description="This family.")] = None,
    product_id: Annotated[UUID | None, Query(description="This product.")] = None,
    dimension: Annotated[
        Dimension | None,
        Query(description="By what the whole is divided, where no node is named: `team` without it."),
    ] = None,
    rollup: Annotated[
        Rollup,
        Query(
            description="`cumulative`: a figure includes all stronger ones. `single`: each category alone. "
            "Adjustments are of one of the two."
        ),
    ] = "cumulative",
) -> ItemsOut:
    """Of a team, a member, or by default what the caller answers for: itself, each team right below and each
    direct member, every figure in four views, in the organisation's currency, adjustments beside.

    Likewise of a territory, or with `dimension=territory` of the whole, the territories right below; of a
    product family, or with `dimension=product`, families and products. Territories are for their managers,
    products for who sees everything. The whole has adjustments of its own only by team: by territory or
    product it shows what its parts add up to.

    A node's forecast amount is its manager's adjustment, else its owner's, else the sum of the forecast
    amounts right below. `as_of`: deals, adjustments and teams as they stood then;
    `known_at` leaves out what was told or adjusted later.
    Problems: 400 `period_invalid`, `invalid_parameter`; 404 `team_not_found`, `member_not_found`,
    `territory_not_found`, `product_not_found`.
    """
    told = await last_event_at(connection)
    named = Node(team_id, owner_id, territory_id, product_family, product_id)
    items = await view_items(
        connection, asked, named=named, dimension=dimension, rollup=rollup, by=caller, now=now
    )
    period = items.question.period
    when = f"{period.name}: {period.starts_on} to {period.ends_on}, as GET /v1/forecast counts it."
    return ItemsOut(
        period=period_shown(period),
        as_of=items.as_of,
        known_at=items.question.known_at,
        currency=items.currency,
        rollup=items.rollup,
        dimension=items.dimension,
        node=ItemOut(**item_fields(items.node, items.currency)),
        items=[ItemOut(**item_fields(each, items.currency)) for each in items.below],
        items_left_out=items.left_out,
        of_nobody=of_nobody(items),
        last_event_at=told,
        definitions=defined(DEFINITIONS, when),
    )
