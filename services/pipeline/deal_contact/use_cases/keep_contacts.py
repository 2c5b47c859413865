"""A contact comes into a deal, plays another part, becomes the primary one, goes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.use_cases.follow_merges import follow_merges
from services.pipeline.deal.use_cases.note_on_deal import hold_deal, note_on_deal
from services.pipeline.deal_contact.domain import DealContact
from services.pipeline.deal_contact.repository import CONTACTS, note_move, standing
from services.pipeline.merging import merged
from services.pipeline.records import advanced
from shared.contracts.errors import DomainError
from shared.contracts.events.pipeline_deal import (
    AboutContact,
    DealContactAdded,
    DealContactChanged,
    DealContactRemoved,
)
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.web.merge import require_version


async def add_contact(
    connection: AsyncConnection,
    deal_id: UUID,
    caller: Identity,
    values: Mapping[str, Any],
    *,
    primary: bool,
    now: datetime,
) -> tuple[DealContact, Deal]:
    """The contact on the deal; one that was merged is the contact it became part of.

    Refuses with `deal_not_found`, `already_on_deal`.
    """
    named: UUID = values["contact_id"]
    links, hops = await follow_merges(connection, {"contact_id": named})
    deal = await hold_deal(connection, deal_id, caller)
    contact_id = links["contact_id"]
    if await standing(connection, deal_id, contact_id) is not None:
        raise DomainError("already_on_deal", "The contact is on the deal; PATCH its role.")
    added = DealContact(
        id=new_id(),
        deal_id=deal_id,
        added_by=caller.sub,
        created_at=now,
        updated_at=now,
        **{**values, "contact_id": contact_id},
    )
    await CONTACTS.add(connection, added)
    for hop in hops:
        await note_move(connection, hop.merge_id, added.id, hop.was)
    fields = {"contact_id": contact_id} if primary else {}
    return added, await _tell(connection, deal, DealContactAdded, added, fields, now=now)


async def change_contact(
    connection: AsyncConnection,
    deal_id: UUID,
    contact_id: UUID,
    caller: Identity,
    fields: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> tuple[DealContact, Deal]:
    """The contact as it is from now on. A primary one that nobody has described is described by this.

    Refuses with `deal_not_found`, `deal_contact_not_found`, `version_conflict`.
    """
    deal = await hold_deal(connection, deal_id, caller)
    before = await standing(connection, deal_id, contact_id)
    described = before is not None
    if before is None:
        before = _undescribed(deal, contact_id, caller, now)
    wanted = {name: value for name, value in fields.items() if name != "primary"}
    changes = await merged(connection, before, wanted, seen_version=seen_version)
    own = _primary(deal, contact_id, fields.get("primary"))
    if not changes and not own and described:
        return before, deal
    after = advanced(before, changes, now)
    await (CONTACTS.save(connection, after) if described else CONTACTS.add(connection, after))
    return after, await _tell(connection, deal, DealContactChanged, after, own, now=now)


async def remove_contact(
    connection: AsyncConnection,
    deal_id: UUID,
    contact_id: UUID,
    caller: Identity,
    *,
    seen_version: int | None,
    now: datetime,
) -> None:
    """It is on the deal no more, nor its primary contact. Refuses with `deal_not_found`,
    `deal_contact_not_found`, `version_conflict`."""
    deal = await hold_deal(connection, deal_id, caller)
    before = await standing(connection, deal_id, contact_id)
    gone = before or _undescribed(deal, contact_id, caller, now)
    if seen_version is not None:
        require_version(gone.version, seen_version)
    if before is not None:
        await CONTACTS.save(connection, advanced(before, {"removed_at": now}, now))
    own = _primary(deal, contact_id, False)
    await _tell(connection, deal, DealContactRemoved, gone, own, now=now)


def _undescribed(deal: Deal, contact_id: UUID, caller: Identity, now: datetime) -> DealContact:
    if deal.contact_id != contact_id:
        raise DomainError("deal_contact_not_found", "The deal has no such contact.")
    return DealContact(
        id=new_id(),
        deal_id=deal.id,
        contact_id=contact_id,
        role="other",
        added_by=caller.sub,
        created_at=now,
        updated_at=now,
        version=0,
    )


def _primary(deal: Deal, contact_id: UUID, wanted: bool | None) -> dict[str, UUID | None]:
    """What the deal's `contact_id` becomes, if that changes."""
    is_primary = deal.contact_id == contact_id
    if wanted is None or wanted == is_primary:
        return {}
    return {"contact_id": contact_id if wanted else None}


async def _tell(
    connection: AsyncConnection,
    deal: Deal,
    kind: type[AboutContact],
    about: DealContact,
    fields: Mapping[str, UUID | None],
    *,
    now: datetime,
) -> Deal:
    return await note_on_deal(
        connection,
        deal,
        kind,
        now=now,
        fields=fields,
        about_contact_id=about.contact_id,
        role=about.role,
    )
