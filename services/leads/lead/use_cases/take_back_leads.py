"""Loaded leads: which there are, which are met again under another id, and taking them back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead import queries, repository
from services.leads.lead.domain import Lead
from services.leads.lead.scope import visible
from services.leads.record.domain import Draft, Key
from services.leads.record.use_cases.take_back import Loaded, TakenBack, TakesBack
from services.leads.tables import SOURCE
from shared.contracts.identity import Identity
from shared.observability.causes import event_context


async def known_leads(
    connection: AsyncConnection, identity: Identity, keys: Sequence[Key]
) -> Mapping[Key, tuple[UUID, bool]]:
    """The leads of these origins: id, and whether the caller may see it."""
    return await repository.LEADS.known_keys(connection, keys, visible(identity))


async def open_leads_of(connection: AsyncConnection, emails: Collection[str]) -> Mapping[str, UUID]:
    """The oldest open lead of each of these e-mail addresses, by the address in lower case."""
    return await queries.oldest_open(connection, {email.lower() for email in emails})


async def take_back_leads(
    connection: AsyncConnection, loads: Sequence[Loaded], *, now: datetime
) -> list[TakenBack]:
    """What loading did to these is undone, as far as no person has changed them since."""

    async def save(drafts: Sequence[Draft[Lead]]) -> Mapping[UUID, Lead]:
        return await repository.save(connection, drafts, event_context(SOURCE))

    async def by_system(ids: Collection[UUID]) -> Mapping[UUID, set[int]]:
        return await queries.versions_by_system(connection, ids)

    return await TakesBack(repository.LEADS, save, by_system).take_back(connection, loads, now)
