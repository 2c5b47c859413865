"""`/v1/deals/{id}/payments` and `/v1/payments`."""

from uuid import UUID

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.answers import one
from services.pipeline.deal.scope import readable_by
from services.pipeline.deal.use_cases.note_on_deal import see_deal
from services.pipeline.deal.use_cases.valuation import load_valuation
from services.pipeline.payment.domain import Expected
from services.pipeline.payment.queries import OPENAPI, listing_on, narrowed
from services.pipeline.payment.schemas import PaymentIn, PaymentOut, PaymentsIn, PaymentsOut, payment_out
from services.pipeline.payment.use_cases.schedule_payments import schedule_payments
from services.pipeline.payment.use_cases.see_payments import see_payments
from services.pipeline.tables import ORGANISATION
from shared.organisation.queries import load_organisation
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1", tags=["deals"])
_READ, _WRITE = permission("deals:read"), permission("deals:write")


@router.get(
    "/deals/{deal_id}/payments",
    response_model=PaymentsOut,
    openapi_extra=_READ,
    summary="Payments of a deal",
)
async def get_payments(deal_id: UUID, caller: Caller, connection: Reading, now: Now) -> Response:
    """By due date, with their sums and the difference to the deal's amount; empty with version 0 until there
    are any. Days are the organisation's. 404 `deal_not_found`."""
    deal = await see_deal(connection, deal_id, caller)
    return one(await see_payments(connection, deal, now=now))


@router.put(
    "/deals/{deal_id}/payments",
    response_model=PaymentsOut,
    openapi_extra=_WRITE,
    summary="Say when a deal is paid",
)
async def put_payments(
    *,
    deal_id: UUID,
    body: PaymentsIn,
    if_match: IfMatchOrAny,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """The whole schedule, with what has been paid. A sum other than the deal's amount is a warning. A new
    version of the deal, event `pipeline.deal.payments_changed`; the same schedule again changes nothing.

    404 `deal_not_found`; 412 `version_conflict`; 422 `currency_mismatch`, `reference_unknown` for an `id`,
    a `paid_at` that lies ahead; 428.
    """
    expected = await _expected(connection, body.payments)
    deal = await schedule_payments(connection, deal_id, caller, expected, seen_version=if_match, now=now)
    return one(await see_payments(connection, deal, now=now))


@router.get(
    "/payments",
    response_model=Page[PaymentOut],
    openapi_extra={**_READ, **OPENAPI},
    summary="Payments of all deals",
)
async def list_payments(caller: Caller, request: Request, connection: Reading, now: Now) -> Response:
    """Those of deals the caller may read, by due date. `status=overdue`: of won deals, not paid in full, due
    before today in the organisation's time zone. `q` searches the deal's name and the note."""
    calendar = (await load_organisation(connection, ORGANISATION)).calendar
    listing = listing_on(calendar.local_date(now), calendar.time_zone)
    where = [await readable_by(connection, caller), *narrowed(request.query_params.get("status"))]
    return await listing.answer(connection, request, where=where, to_item=payment_out)


async def _expected(connection: AsyncConnection, payments: tuple[PaymentIn, ...]) -> list[Expected]:
    valuation = await load_valuation(connection, [])
    return [
        Expected(
            id=each.id,
            due_on=each.due_on,
            amount=each.amount,
            paid_amount=each.paid_amount,
            paid_at=valuation.instant(each.paid_at),
            note=each.note,
        )
        for each in payments
    ]
