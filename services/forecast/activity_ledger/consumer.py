"""Every activity event goes into its table."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.activity_ledger.projection import record_activities
from shared.contracts.events import leads_activity
from shared.messaging.handlers import Delivery, Handlers


async def on_activities(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    await record_activities(connection, [(each.event, each.envelope) for each in deliveries])


HANDLERS: Handlers = dict.fromkeys(leads_activity.EVENTS, on_activities)
