"""What the gateway tells of partners, kept as a replica."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.partner.projection import keep_newest
from shared.contracts.events.gateway_partner import PartnerAdded, PartnerChanged, PartnerState
from shared.messaging.handlers import Delivery, Handlers

_KEPT = ("name", "kind", "active", "program_id", "territory_id", "contract_starts_on", "contract_ends_on")


async def on_partners(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    """All deliveries with one statement."""
    await keep_newest(connection, [_row(delivery) for delivery in deliveries])


def _row(delivery: Delivery) -> dict[str, Any]:
    event: PartnerState = delivery.event
    kept = {name: getattr(event, name) for name in _KEPT}
    return {"id": event.partner_id, **kept, "sequence": delivery.envelope.sequence}


HANDLERS: Handlers = dict.fromkeys((PartnerAdded, PartnerChanged), on_partners)
