"""What other capabilities may ask about leads."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead import repository
from services.leads.lead.domain import Lead
from services.leads.lead.scope import visible
from shared.contracts.identity import Identity


async def visible_leads(connection: AsyncConnection, identity: Identity, ids: Collection[UUID]) -> set[UUID]:
    """Those of the leads that the caller may see."""
    return await repository.LEADS.existing(connection, ids, visible(identity))


async def leads_in_view(connection: AsyncConnection, identity: Identity, ids: Collection[UUID]) -> list[Lead]:
    """Those of the leads that the caller may see, whole."""
    wanted = repository.LEADS.table.c.id == any_(literal(sorted(ids), ARRAY(Uuid)))
    return await repository.LEADS.find_where(connection, wanted, visible(identity))


def is_lead_in_view(identity: Identity, lead_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Whether that is a lead the caller may see, as a part of another query."""
    return repository.LEADS.in_view(lead_id, visible(identity))


async def leads_after(connection: AsyncConnection, after: UUID, *, most: int) -> list[Lead]:
    """The next leads in the order of their ids, whoever owns them."""
    return await repository.LEADS.find_after(connection, after, most=most)


async def leads_of(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Lead]:
    """The leads of these ids, whoever owns them."""
    return await repository.LEADS.find_many(connection, ids)


async def open_leads_reached_by(
    connection: AsyncConnection, emails: Collection[str], phones: Collection[str]
) -> dict[str, Lead]:
    """By address (in small letters) or number: the oldest open lead of exactly this one, whoever owns it."""
    found: dict[str, Lead] = {}
    for lead in await repository.find_reached_by(connection, emails, phones):
        for name in (lead.email and lead.email.lower(), lead.phone):
            if name:
                found.setdefault(name, lead)
    return found


async def sources_of(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, str | None]:
    """Where these leads came from, as their `source` says."""
    return await repository.sources_of(connection, ids) if ids else {}
