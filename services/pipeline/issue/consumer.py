"""Alerts about forecasts become issues. Counting the deals behind one takes a while: that is planned here."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.issue.domain import FOLLOW_ALERT
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.envelope import Envelope
from shared.contracts.events import forecast_alert
from shared.contracts.events.forecast_alert import AlertState
from shared.messaging.handlers import Handlers, each


async def on_alert(connection: AsyncConnection, event: AlertState, envelope: Envelope) -> None:
    """As it stands now: an alert that changes again before its turn is followed once."""
    state = event.model_dump(mode="json")
    await plan_work(connection, [Due(FOLLOW_ALERT, event.alert_id, envelope.time, payload=state)])


HANDLERS: Handlers = dict.fromkeys(forecast_alert.EVENTS, each(on_alert))
