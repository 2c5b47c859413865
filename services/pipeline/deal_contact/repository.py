"""Contacts of deals to and from their table."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_contact.domain import DealContact
from services.pipeline.deal_contact.tables import deal_contact, deal_contact_move
from services.pipeline.records import Records
from shared.persistence.bulk import insert_rows

CONTACTS = Records(deal_contact, DealContact, "deal_contact")
_C, _M = deal_contact.c, deal_contact_move.c


async def standing(connection: AsyncConnection, deal_id: UUID, contact_id: UUID) -> DealContact | None:
    """That contact of the deal, if it is on it now."""
    query = select(deal_contact).where(
        _C.deal_id == deal_id, _C.contact_id == contact_id, _C.removed_at.is_(None)
    )
    row = (await connection.execute(query)).mappings().one_or_none()
    return None if row is None else CONTACTS.read(row)


async def deals_naming(connection: AsyncConnection, contact_id: UUID) -> list[UUID]:
    """The deals this contact is on now, in one order for all."""
    query = select(_C.deal_id).where(_C.contact_id == contact_id, _C.removed_at.is_(None))
    return sorted(await connection.scalars(query))


async def moved_by(connection: AsyncConnection, merge_id: UUID, was: UUID) -> Sequence[DealContact]:
    """Those that went with the merged contact, in the same order."""
    query = (
        select(deal_contact)
        .join(deal_contact_move, _M.deal_contact_id == _C.id)
        .where(_M.merge_id == merge_id, _M.was == was)
        .order_by(_C.deal_id, _C.id)
    )
    return [CONTACTS.read(row) for row in (await connection.execute(query)).mappings()]


async def note_move(connection: AsyncConnection, merge_id: UUID, deal_contact_id: UUID, was: UUID) -> None:
    """Remember whom it named before it went with the merge."""
    row = {"merge_id": merge_id, "deal_contact_id": deal_contact_id, "was": was}
    await connection.execute(insert_rows(deal_contact_move, [row]).on_conflict_do_nothing())
