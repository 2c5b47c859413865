"""`/v1/accounts/{id}/next-products`."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from services.pipeline.next_product.schemas import NextProducts
from services.pipeline.next_product.use_cases.suggest_products import suggest_products
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/accounts/{account_id}/next-products", tags=["accounts"])


@router.get(
    "",
    response_model=NextProducts,
    openapi_extra=permission("deals:read"),
    summary="What to offer an account next",
)
async def get_next_products(
    account_id: UUID, caller: Caller, connection: Reading, limit: Annotated[int, Query(ge=1, le=50)] = 5
) -> NextProducts:
    """Products that accounts which bought the same have bought as well, and this one has not, each with its
    strongest reason (`because`), the most likely first. Bought is what a won deal or an order that stands
    names; products no longer sold are left out.

    support = accounts with both / accounts, confidence = accounts with both / accounts with `because`, lift =
    confidence / share of all accounts with `product`. Suggested is what at least `least_together` accounts
    bought together and what is surely (one-sided 95 %) more likely for them than for anybody. With fewer
    accounts than `least_accounts` the state is `insufficient_history`. Costs one query over all that was
    bought. 404 `account_not_found`, also when the caller reads neither a deal nor an order of it.
    """
    return await suggest_products(connection, account_id, caller, most=limit)
