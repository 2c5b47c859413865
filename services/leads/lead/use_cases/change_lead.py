"""The frame of every change of one lead: one read, one statement that writes."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead import repository
from services.leads.lead.domain import Lead, LeadError
from services.leads.lead.queries import values_at
from services.leads.lead.scope import visible
from services.leads.record.domain import Change, Draft
from services.leads.record.use_cases.change_record import ValuesAt, change_record
from services.leads.tables import SOURCE
from shared.contracts.identity import Identity
from shared.observability.causes import event_context


async def load_lead(
    connection: AsyncConnection, identity: Identity, lead_id: UUID, *, lock: bool = False
) -> Lead:
    """The lead. Refuses with `lead_not_found` when it is not there or not the caller's to see.

    `lock`: nobody changes it until the transaction ends.
    """
    lead = await repository.LEADS.find(connection, lead_id, visible(identity), lock=lock)
    if lead is None:
        raise LeadError("lead_not_found", "There is no such lead.")
    return lead


async def change_lead(
    connection: AsyncConnection,
    identity: Identity,
    lead_id: UUID,
    decide: Callable[[Lead], Change[Lead] | None],
    *,
    seen_version: int | None,
) -> Lead:
    """The lead after the change. `seen_version`: what the caller read, None for whatever it is.

    Refuses with `version_conflict` when a field to change was changed since it was read.
    """

    async def load() -> Lead:
        return await load_lead(connection, identity, lead_id)

    async def save(draft: Draft[Lead]) -> bool:
        return bool(await repository.save(connection, [draft], event_context(SOURCE)))

    as_it_was = lead_as_it_was(connection, lead_id)
    return await change_record(load, decide, save, seen_version=seen_version, values_at=as_it_was)


def lead_as_it_was(connection: AsyncConnection, lead_id: UUID) -> ValuesAt:
    """How the lead's fields stood at a version, for showing what a conflict is about."""

    async def as_it_was(version: int, fields: Sequence[str]) -> dict[str, Any]:
        return await values_at(connection, lead_id, version, fields)

    return as_it_was
