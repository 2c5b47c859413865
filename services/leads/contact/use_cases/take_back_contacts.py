"""Loaded contacts: which there are, and taking them back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.contact.repository import CONTACTS
from services.leads.contact.scope import visible
from services.leads.record.domain import Key
from services.leads.record.use_cases.take_back import Loaded, TakenBack, TakesBack, saving
from shared.contracts.identity import Identity


async def known_contacts(
    connection: AsyncConnection, identity: Identity, keys: Sequence[Key]
) -> Mapping[Key, tuple[UUID, bool]]:
    """The contacts of these origins: id, and whether the caller may see it."""
    return await CONTACTS.known_keys(connection, keys, visible(identity))


async def take_back_contacts(
    connection: AsyncConnection, loads: Sequence[Loaded], *, now: datetime
) -> list[TakenBack]:
    """What loading did to these is undone, as far as nobody has changed them since."""
    kind = TakesBack(CONTACTS, saving(CONTACTS, connection))
    return await kind.take_back(connection, loads, now)
