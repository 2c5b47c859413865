"""A lead, an account or a contact became part of another: its deals go with it, and come back with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal import repository
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.repository import LinkField
from services.pipeline.deal.use_cases.arriving import fact


@dataclass(frozen=True, slots=True)
class Followed:
    """What was told: the merge, and by which field deals name the record. `cause`: the event that told it."""

    merge_id: UUID
    field: LinkField
    record_id: UUID
    cause: UUID
    now: datetime


async def hand_over_deals(connection: AsyncConnection, told: Followed, winner_id: UUID) -> None:
    """The deals of the merged record name the winner. Told twice, nothing happens."""
    deals = await repository.lock_naming(connection, told.field, told.record_id)
    await repository.note_moves(connection, told.merge_id, told.field, told.record_id, deals)
    await _name(connection, deals, told, winner_id)


async def give_back_deals(connection: AsyncConnection, told: Followed, winner_id: UUID) -> None:
    """The deals that went with the record name it again, unless they name something else by now."""
    moved = await repository.lock_moved(connection, told.merge_id, told.field, told.record_id)
    still = [deal for deal in moved if getattr(deal, told.field) == winner_id]
    await _name(connection, still, told, told.record_id)


async def _name(connection: AsyncConnection, deals: Sequence[Deal], told: Followed, record_id: UUID) -> None:
    changed, facts = [], []
    for deal in deals:
        after, event = deal.edit({told.field: record_id})
        if after is not deal:
            after = repository.stamped(after, told.now)
            changed.append(after)
            facts.append(fact(event, after.id, after.version, told.now, cause=told.cause))
    await repository.save(connection, changed, facts)
