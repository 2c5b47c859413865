"""`GET /v1/forecast/ledger/{deal_id}`."""

from uuid import UUID

from services.forecast.deal_ledger.schemas import DealLedgerOut
from services.forecast.deal_ledger.statements import ledger_of
from services.forecast.tables import ORGANISATION
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Moment
from shared.reporting.parameters import AsOf
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/forecast/ledger", tags=["forecast"])


@router.get(
    "/{deal_id}",
    response_model=DealLedgerOut,
    openapi_extra=permission("forecast:read"),
    summary="What was told of a deal, and when",
)
async def get_deal_ledger(
    deal_id: UUID, connection: Reading, caller: Caller, now: Now, asked: AsOf
) -> DealLedgerOut:
    """Every statement about the deal with both its times: from when on it was so, and when it was told.
    The one that answers `as_of` and `known_at` is marked `holds`: a figure of the past can be followed to
    what was told. The newest 500; deals of the caller's scope by their owner of today.

    Problems: 400 `invalid_parameter`; 404 `deal_not_found`; 503 `organisation_unknown`.
    """
    organisation = await load_organisation(connection, ORGANISATION)
    moment = asked.moment(organisation.calendar, now=now) or Moment(now)
    return await ledger_of(connection, deal_id, by=caller, as_of=moment.as_of, known_at=moment.known_at)
