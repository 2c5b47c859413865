"""`GET /v1/forecast/inputs`."""

from datetime import datetime

from pydantic import BaseModel

from services.forecast.activity_ledger import queries as activity_ledger
from services.forecast.deal_ledger import queries as deal_ledger
from services.forecast.lead_ledger import queries as lead_ledger
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/forecast/inputs", tags=["forecast"])


class InputOut(BaseModel):
    """`last_event_at`: when the newest event that has arrived here was made; null while there is none."""

    records: int
    last_event_at: datetime | None


class InputsOut(BaseModel):
    """Gathered from events alone; nobody types anything in."""

    deals: InputOut
    leads: InputOut
    activities: InputOut


@router.get(
    "",
    response_model=InputsOut,
    openapi_extra=permission("forecast:read"),
    summary="What the figures are made of, and how fresh it is",
)
async def get_inputs(connection: Reading) -> InputsOut:
    """Records known of each kind, of the whole organisation."""
    deals, deal_event = await deal_ledger.freshness(connection)
    leads, lead_event = await lead_ledger.freshness(connection)
    activities, activity_event = await activity_ledger.freshness(connection)
    return InputsOut(
        deals=InputOut(records=deals, last_event_at=deal_event),
        leads=InputOut(records=leads, last_event_at=lead_event),
        activities=InputOut(records=activities, last_event_at=activity_event),
    )
