"""The organisation's settings and its exchange rates."""

from typing import Any

from fastapi import Request, Response

from services.gateway.caller.routes import GatewayRouter
from services.gateway.organisation.domain import Organisation
from services.gateway.organisation.queries import RATES, settings_of
from services.gateway.organisation.schemas import (
    OrganisationOut,
    OrganisationPatch,
    RateOut,
    RatesIn,
    RatesSet,
)
from services.gateway.organisation.use_cases.keep_organisation import change_settings, set_rates
from services.gateway.tables import SOURCE
from shared.contracts.events.gateway_organisation import DatedRate
from shared.observability.causes import event_context
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, set_etag
from shared.web.listing import Page
from shared.web.problem import Problem
from shared.web.route import permission
from shared.web.transaction import Reading, Transaction

router = GatewayRouter(prefix="/v1", tags=["organisation"])
_RATES = {**RATES.openapi, **permission("exchange_rates:read")}


@router.get("/organisation", response_model=OrganisationOut, openapi_extra=permission("organisation:read"))
async def get_organisation(response: Response, connection: Reading) -> object:
    """Name, base currency, time zone, fiscal year and working days: what periods and sums follow."""
    found = await settings_of(connection)
    if found is None:
        raise Problem("organisation_unknown", "The organisation is not set up yet.")
    set_etag(response, found["version"])
    return found


@router.patch("/organisation", response_model=OrganisationOut, openapi_extra=permission("organisation:write"))
async def patch_organisation(
    *,
    body: OrganisationPatch,
    seen_version: IfMatch,
    response: Response,
    connection: Transaction,
    now: Now,
) -> Organisation:
    """Change settings. 409 `base_currency_fixed` once there are exchange rates."""
    organisation = await change_settings(
        connection, body.changes(), seen_version=seen_version, now=now, context=event_context(SOURCE)
    )
    set_etag(response, organisation.version)
    return organisation


@router.get("/exchange-rates", response_model=Page[RateOut], openapi_extra=_RATES)
async def get_rates(request: Request, connection: Reading) -> Response:
    """List dated rates: `currency=USD`, `valid_from=lte:2027-03-31`."""
    return await RATES.answer(connection, request)


@router.put("/exchange-rates", response_model=RatesSet, openapi_extra=permission("exchange_rates:write"))
async def put_rates(body: RatesIn, connection: Transaction, now: Now) -> dict[str, Any]:
    """Add dated rates or correct them; rates not named stay. What was reckoned with a rate keeps it."""
    rates = [DatedRate(**item.model_dump()) for item in body.items]
    organisation = await set_rates(connection, rates, now=now, context=event_context(SOURCE))
    return {"set": len(rates), "version": organisation.version}
