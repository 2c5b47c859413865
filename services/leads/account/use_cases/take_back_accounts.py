"""Loaded accounts: which there are, and taking them back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.repository import ACCOUNTS
from services.leads.account.scope import visible
from services.leads.record.domain import Key
from services.leads.record.use_cases.take_back import Loaded, TakenBack, TakesBack, saving
from shared.contracts.identity import Identity


async def known_accounts(
    connection: AsyncConnection, identity: Identity, keys: Sequence[Key]
) -> Mapping[Key, tuple[UUID, bool]]:
    """The accounts of these origins: id, and whether the caller may see it."""
    return await ACCOUNTS.known_keys(connection, keys, visible(identity))


async def take_back_accounts(
    connection: AsyncConnection, loads: Sequence[Loaded], *, now: datetime
) -> list[TakenBack]:
    """What loading did to these is undone, as far as nobody has changed them since."""
    kind = TakesBack(ACCOUNTS, saving(ACCOUNTS, connection))
    return await kind.take_back(connection, loads, now)
