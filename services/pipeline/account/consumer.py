"""Every account event goes into the replica."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.account.projection import record_accounts
from shared.contracts.events import leads_account
from shared.messaging.handlers import Delivery, Handlers


async def on_accounts(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    await record_accounts(connection, [(each.event, each.envelope) for each in deliveries])


HANDLERS: Handlers = dict.fromkeys(leads_account.EVENTS, on_accounts)
