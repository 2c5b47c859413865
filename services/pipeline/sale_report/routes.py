"""`/v1/deals/{id}/sale-kind`, `/v1/analytics/first-vs-repeat`, `/sale-types`; the repeat purchase rate."""

from typing import Any
from uuid import UUID

from services.pipeline.deal.use_cases.note_on_deal import see_deal
from services.pipeline.deal_report.schemas import CutDeals
from services.pipeline.sale_report.queries import history_of
from services.pipeline.sale_report.schemas import FirstVsRepeat, RepeatPurchases, SaleKindOut, SaleTypes
from services.pipeline.sale_report.use_cases.compare_first_and_repeat import compare_first_and_repeat
from services.pipeline.sale_report.use_cases.compare_sale_types import compare_sale_types
from services.pipeline.sale_report.use_cases.measure_repeat_purchases import measure_repeat_purchases
from shared.reporting.parameters import PresentPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1", tags=["analytics"])
_READ = permission("deals:read")


@router.get(
    "/deals/{deal_id}/sale-kind",
    response_model=SaleKindOut,
    openapi_extra=_READ,
    summary="First or repeat sale, and why",
)
async def get_sale_kind(deal_id: UUID, caller: Caller, connection: Reading) -> dict[str, Any]:
    """Repeat when the account has a deal won before this one closed, or won at all while this one is open. It
    follows from the history of the account as it is known now: deals loaded later and merged accounts count.
    `GET /v1/deals?sale_kind=repeat` lists by it. 404 `deal_not_found`."""
    await see_deal(connection, deal_id, caller)
    return {"deal_id": deal_id, **(await history_of(connection, deal_id))._asdict()}


@router.get(
    "/analytics/first-vs-repeat",
    response_model=FirstVsRepeat,
    openapi_extra=_READ,
    summary="First sales beside repeat sales",
)
async def get_first_vs_repeat(
    *, connection: Reading, caller: Caller, now: Now, asked: PresentPeriod, cut: CutDeals
) -> FirstVsRepeat:
    """Deals won in the period: how many, revenue in base currency, average check = revenue / won deals with
    an amount, win rate = won / (won + lost), for first and repeat sales and those without an account
    (`unknown`). Whether a sale is a repeat is judged by the whole history of the account, what is counted by
    what the caller may read. Costs one query over the deals of the period, by index.

    Problems: 400 `period_invalid`, `unknown_parameter`; 503 `organisation_unknown`.
    """
    return await compare_first_and_repeat(connection, caller, asked, cut, now=now)


@router.get(
    "/analytics/sale-types",
    response_model=SaleTypes,
    openapi_extra=_READ,
    summary="Active and passive, direct and indirect sales",
)
async def get_sale_types(
    *, connection: Reading, caller: Caller, now: Now, asked: PresentPeriod, cut: CutDeals
) -> SaleTypes:
    """The same figures by `sale_approach`, by `sale_channel` and by both; what nobody said is null. Every
    other report of deals can be split by either with `group_by`.

    Problems: 400 `period_invalid`, `unknown_parameter`; 503 `organisation_unknown`.
    """
    return await compare_sale_types(connection, caller, asked, cut, now=now)


@router.get(
    "/kpis/repeat-purchase-rate",
    response_model=RepeatPurchases,
    openapi_extra=_READ,
    summary="How many of those who bought came back",
)
async def get_repeat_purchase_rate(
    *, connection: Reading, caller: Caller, now: Now, asked: PresentPeriod, cut: CutDeals
) -> RepeatPurchases:
    """Accounts with two or more won deals / accounts with a won deal, by the deals won until the end of the
    period that the caller may read. Null with `insufficient_history` while there are none.

    Problems: 400 `period_invalid`, `unknown_parameter`; 503 `organisation_unknown`.
    """
    return await measure_repeat_purchases(connection, caller, asked, cut, now=now)
