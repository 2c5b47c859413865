"""Account events become rows."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.account.tables import known_account
from services.forecast.known_at import known_at
from services.forecast.replica import keep_newest
from shared.contracts.envelope import Envelope
from shared.contracts.events.leads_account import AccountState


async def record_accounts(connection: AsyncConnection, told: Sequence[tuple[AccountState, Envelope]]) -> None:
    """Keep each account's newest state."""
    await keep_newest(connection, known_account, [_row(event, envelope) for event, envelope in told])


def _row(event: AccountState, envelope: Envelope) -> dict[str, Any]:
    return {
        "account_id": event.account_id,
        "sequence": envelope.sequence,
        "known_at": known_at(envelope),
        "name": event.name,
        "industry": event.industry,
        "country": event.country,
        "owner_id": event.owner_id,
        "parent_id": event.parent_id,
        "created_at": event.created_at,
    }
