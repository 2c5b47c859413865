"""What leads became may become part of another record."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead import repository
from services.leads.lead.domain import Lead
from services.leads.record.domain import Change, Draft
from services.leads.record.use_cases.relink import Link
from services.leads.tables import SOURCE
from shared.observability.causes import event_context


def leads_of(kind: str) -> Link[Lead]:
    """The leads that became an account or a contact."""
    return Link("leads", f"{kind}_id", repository.LEADS, _step, save_leads)


def _step(lead: Lead, values: Mapping[str, Any], now: datetime) -> Change[Lead] | None:
    return lead.relink(values, now=now)


async def save_leads(connection: AsyncConnection, drafts: Sequence[Draft[Lead]]) -> Mapping[UUID, Lead]:
    """Write the next versions with history and events."""
    return await repository.save(connection, drafts, event_context(SOURCE))
