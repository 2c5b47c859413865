"""A lead, an account or a contact became part of another: its deals go with it, and come back with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal import merges, repository
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.merges import LinkField
from services.pipeline.deal.use_cases.arriving import fact


@dataclass(frozen=True, slots=True)
class Followed:
    """What was told: the merge, and by which field deals name the record. `cause`: the event that told it, of
    the record's version `sequence`."""

    merge_id: UUID
    field: LinkField
    record_id: UUID
    cause: UUID
    now: datetime
    sequence: int


@dataclass(frozen=True, slots=True)
class Hop:
    """A link that a new deal would have had, but for this merge."""

    merge_id: UUID
    field: LinkField
    was: UUID


async def hand_over_deals(connection: AsyncConnection, told: Followed, winner_id: UUID) -> None:
    """The deals of the merged record name the winner, also those to come. Told twice, nothing happens."""
    await _note(connection, told, winner_id)
    deals = await merges.lock_naming(connection, told.field, told.record_id)
    ids = [deal.id for deal in deals]
    await merges.note_moves(connection, told.merge_id, told.field, told.record_id, ids)
    await _name(connection, deals, told, winner_id)


async def give_back_deals(connection: AsyncConnection, told: Followed, winner_id: UUID) -> None:
    """The deals that went with the record name it again, unless they name something else by now."""
    await _note(connection, told, None)
    moved = await merges.lock_moved(connection, told.merge_id, told.field, told.record_id)
    still = [deal for deal in moved if getattr(deal, told.field) == winner_id]
    await _name(connection, still, told, told.record_id)


async def follow_merges(
    connection: AsyncConnection, links: Mapping[LinkField, UUID]
) -> tuple[dict[LinkField, UUID], list[Hop]]:
    """What a deal that wants to name these records names, as they were merged by now, and by which merges."""
    followed, hops, pending = dict(links), [], dict(links)
    while pending:
        await merges.stand_by(connection, set(pending.values()))
        parts = await merges.merges_of(connection, set(pending.values()))
        pending = {field: record_id for field, record_id in pending.items() if record_id in parts}
        for field, record_id in pending.items():
            winner_id, merge_id = parts[record_id]
            hops.append(Hop(merge_id, field, record_id))
            followed[field] = pending[field] = winner_id
    return followed, hops


async def note_hops(connection: AsyncConnection, deal_id: UUID, hops: Sequence[Hop]) -> None:
    """The new deal went with these merges: it comes back with them."""
    for hop in hops:
        await merges.note_moves(connection, hop.merge_id, hop.field, hop.was, [deal_id])


async def _note(connection: AsyncConnection, told: Followed, winner_id: UUID | None) -> None:
    await merges.stand_by(connection, [told.record_id], merging=True)
    await merges.note_merge(connection, told.record_id, told.merge_id, winner_id, told.sequence)


async def _name(connection: AsyncConnection, deals: Sequence[Deal], told: Followed, record_id: UUID) -> None:
    changed, facts = [], []
    for deal in deals:
        after, event = deal.edit({told.field: record_id})
        if after is not deal:
            after = repository.stamped(after, told.now)
            changed.append(after)
            facts.append(fact(event, after.id, after.version, told.now, cause=told.cause))
    await repository.save(connection, changed, facts, touching=False)
