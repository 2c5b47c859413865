"""Something is recorded beside a deal: under its lock, as its next version, told as an event."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal import repository
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.use_cases.arriving import fact
from shared.contracts.errors import DomainError
from shared.contracts.events.pipeline_deal import DealState
from shared.contracts.identity import Identity


async def see_deal(connection: AsyncConnection, deal_id: UUID, caller: Identity) -> Deal:
    """The deal, for reading what is recorded beside it. Refuses with `deal_not_found`."""
    return (await repository.get(connection, deal_id, caller, reading=True)).deal


async def hold_deal(connection: AsyncConnection, deal_id: UUID, caller: Identity) -> Deal:
    """The deal, unchanged by others until the transaction ends. Refuses with `deal_not_found`."""
    return (await repository.get(connection, deal_id, caller, lock=True)).deal


async def hold_to_read(connection: AsyncConnection, deal_id: UUID, caller: Identity) -> Deal:
    """The deal, held, for what whoever reads it may record. Refuses with `deal_not_found`."""
    return (await repository.get(connection, deal_id, caller, lock=True, reading=True)).deal


async def hold_own(connection: AsyncConnection, deal_id: UUID, caller: Identity) -> Deal:
    """The deal, held, for what its owner decides, or who answers for that. Refuses with `deal_not_found`, and
    with `forbidden` those who only help with it."""
    deal = await hold_to_read(connection, deal_id, caller)
    if not await repository.is_own(connection, deal_id, caller):
        raise DomainError("forbidden", "Its owner decides on this, or the owner's manager.")
    return deal


async def note_on_deal(
    connection: AsyncConnection, deal: Deal, kind: type[DealState], *, now: datetime, **more: Any
) -> Deal:
    """The next version of a held deal; `more`: as `Deal.noted` takes it, with the event's own fields."""
    after, event = deal.noted(kind, **more)
    after = repository.stamped(after, now)
    await repository.save(connection, [after], [fact(event, deal.id, after.version, now)])
    return after
