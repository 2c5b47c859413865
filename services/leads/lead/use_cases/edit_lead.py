"""A member edits a lead's fields."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.category.use_cases.check_categories import check_category
from services.leads.channel_catalogue.use_cases.name_channels import with_channel
from services.leads.lead.domain import Lead
from services.leads.lead.schemas import LeadPatch
from services.leads.lead.use_cases.change_lead import change_lead
from services.leads.lead.use_cases.score_leads import scorer
from services.leads.record.domain import Change
from services.leads.record.schemas import read
from shared.contracts.identity import Identity


async def edit_lead(
    connection: AsyncConnection,
    identity: Identity,
    lead_id: UUID,
    patch: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> Lead:
    """The lead with the patch merged in. A national telephone number is read by the lead's country."""
    await check_category(connection, _category_in(patch))

    score = scorer(connection, now)

    def decide(lead: Lead) -> Change[Lead] | None:
        body = read(LeadPatch, patch, {"country": lead.country})
        values = with_channel(connection, body.values(lead.attributes))
        return lead.edit(values, now=now, score=score)

    return await change_lead(connection, identity, lead_id, decide, seen_version=seen_version)


def _category_in(patch: object) -> str | None:
    """The category a patch names, before the patch is read as a whole."""
    named = patch.get("category") if isinstance(patch, Mapping) else None
    return named.strip() or None if isinstance(named, str) else None
