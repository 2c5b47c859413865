"""A member notes what a customer needs."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.use_cases.edit_account import load_account
from services.leads.lead.domain import Lead
from services.leads.lead.use_cases.change_lead import change_lead, load_lead
from services.leads.need.domain import About, Need
from services.leads.need.repository import NEEDS, of
from services.leads.need.use_cases.keep_tags import check_tags
from services.leads.record.domain import Change
from services.leads.record.use_cases.keep_settings import Settings
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id

SETTINGS = Settings(NEEDS, "need")


async def check_in_view(connection: AsyncConnection, identity: Identity, about: About) -> None:
    """Refuses with `lead_not_found` or `account_not_found` what the caller may not see."""
    if about.lead_id is not None:
        await load_lead(connection, identity, about.lead_id)
    if about.account_id is not None:
        await load_account(connection, identity, about.account_id)


async def add_need(
    connection: AsyncConnection, identity: Identity, about: About, values: Mapping[str, Any], *, now: datetime
) -> Need:
    """The new need; its tags are among its lead's needs from now on. Needs a transaction."""
    await check_in_view(connection, identity, about)
    await check_tags(connection, values["tags"])
    new = Need(
        id=new_id(), recorded_by=identity.sub, created_at=now, updated_at=now, **asdict(about), **values
    )
    need = await SETTINGS.add(connection, new, now=now)
    await _feed(connection, identity, need, now)
    return need


async def edit_need(
    connection: AsyncConnection,
    identity: Identity,
    about: About,
    need_id: UUID,
    values: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> Need:
    """The need with these values. Refuses one of another lead or account. Needs a transaction."""
    await _check(connection, identity, about, need_id)
    await check_tags(connection, values.get("tags", ()))
    need = await SETTINGS.edit(connection, need_id, values, seen_version=seen_version, now=now)
    await _feed(connection, identity, need, now)
    return need


async def take_back(
    connection: AsyncConnection,
    identity: Identity,
    about: About,
    need_id: UUID,
    *,
    seen_version: int | None,
    now: datetime,
) -> None:
    """It is no need any more. Needs a transaction."""
    await _check(connection, identity, about, need_id)
    await SETTINGS.archive(connection, need_id, seen_version=seen_version, now=now)


async def _check(connection: AsyncConnection, identity: Identity, about: About, need_id: UUID) -> None:
    await check_in_view(connection, identity, about)
    await SETTINGS.find(connection, need_id, of(about))


async def _feed(connection: AsyncConnection, identity: Identity, need: Need, now: datetime) -> None:
    if need.lead_id is None:
        return

    def with_tags(lead: Lead) -> Change[Lead] | None:
        return lead.edit({"needs": tuple(dict.fromkeys((*lead.needs, *need.tags)))}, now=now)

    await change_lead(connection, identity, need.lead_id, with_tags, seen_version=None)
