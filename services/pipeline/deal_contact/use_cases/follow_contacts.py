"""A contact became part of another: its places on deals go with it, and come back with it.

Must never break: told twice, nothing happens; who is on the deal twice by a merge is on it once.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal import repository as deals
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.use_cases.arriving import fact
from services.pipeline.deal.use_cases.follow_merges import Followed
from services.pipeline.deal_contact.domain import DealContact
from services.pipeline.deal_contact.repository import (
    CONTACTS,
    deals_naming,
    moved_by,
    note_move,
    standing,
)
from services.pipeline.records import advanced
from shared.contracts.events.pipeline_deal import AboutContact, DealContactChanged, DealContactRemoved


async def hand_over_contacts(connection: AsyncConnection, told: Followed, winner_id: UUID) -> None:
    """The winner takes the places of the merged contact, keeping its own where it has one."""
    for deal_id in await deals_naming(connection, told.record_id):
        found = await deals.hold(connection, deal_id)
        place = await standing(connection, deal_id, told.record_id)
        if place is None:
            continue
        await note_move(connection, told.merge_id, place.id, told.record_id)
        taken = await standing(connection, deal_id, winner_id) is not None
        changes = {"removed_at": told.now} if taken else {"contact_id": winner_id}
        after = advanced(place, changes, told.now)
        await CONTACTS.save(connection, after)
        kind = DealContactRemoved if taken else DealContactChanged
        await _tell(connection, found.deal, kind, after, told)


async def give_back_contacts(connection: AsyncConnection, told: Followed, winner_id: UUID) -> None:
    """The places that went with the contact are its own again, unless they are somebody else's by now."""
    for moved in await moved_by(connection, told.merge_id, told.record_id):
        found = await deals.hold(connection, moved.deal_id)
        place = await CONTACTS.get(connection, moved.deal_id, moved.id)
        own = await standing(connection, moved.deal_id, told.record_id)
        if own is not None or not _went_with(place, told, winner_id):
            continue
        after = advanced(place, {"contact_id": told.record_id, "removed_at": None}, told.now)
        await CONTACTS.save(connection, after)
        await _tell(connection, found.deal, DealContactChanged, after, told)


async def _tell(
    connection: AsyncConnection, deal: Deal, kind: type[AboutContact], place: DealContact, told: Followed
) -> None:
    after, event = deal.noted(kind, about_contact_id=place.contact_id, role=place.role)
    after = deals.stamped(after, told.now)
    await deals.save(connection, [after], [fact(event, deal.id, after.version, told.now, cause=told.cause)])


def _went_with(place: DealContact, told: Followed, winner_id: UUID) -> bool:
    """Whether it is as the merge left it: with the winner, or given up because the winner was there."""
    given_up = place.contact_id == told.record_id and place.removed_at is not None
    return given_up or (place.contact_id == winner_id and place.removed_at is None)
