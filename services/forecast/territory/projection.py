"""Territory events become rows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.known_at import known_at
from services.forecast.replica import keep_newest
from services.forecast.territory.tables import known_territory
from shared.contracts.envelope import Envelope
from shared.contracts.events.leads_territory import TerritoryState


async def record_territories(
    connection: AsyncConnection, told: Sequence[tuple[TerritoryState, Envelope]]
) -> None:
    """Keep each territory's newest state."""
    await keep_newest(connection, known_territory, [_row(event, envelope) for event, envelope in told])


def _row(event: TerritoryState, envelope: Envelope) -> dict[str, Any]:
    return {
        "territory_id": event.territory_id,
        "sequence": envelope.sequence,
        "known_at": known_at(envelope),
        "name": event.name,
        "parent_id": event.parent_id,
        "depth": event.depth,
        "active": event.active,
        "account_ids": list(event.account_ids),
        "manager_id": event.manager_id,
    }
