"""Audiences are checked when they are saved; leads are held against them anew."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.audience.domain import Audience
from services.leads.audience.repository import AUDIENCES
from services.leads.expression.domain import compile_expression
from services.leads.lead.use_cases.review_leads import review_open_leads
from services.leads.record.domain import Change, edited
from services.leads.record.use_cases.keep_settings import Settings
from shared.contracts.ids import new_id

SETTINGS = Settings(AUDIENCES, "audience")


async def add_audience(connection: AsyncConnection, values: Mapping[str, Any], *, now: datetime) -> Audience:
    """The new audience; every open lead is looked at again. Needs a transaction."""
    _check(values)
    new = Audience(id=new_id(), created_at=now, updated_at=now, **values)
    new.check()
    audience = await SETTINGS.add(connection, new, now=now)
    await review_open_leads(connection, now=now)
    return audience


async def edit_audience(
    connection: AsyncConnection,
    audience_id: UUID,
    values: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> Audience:
    """The audience with these values; every open lead is looked at again. Needs a transaction."""
    _check(values)

    def decide(audience: Audience) -> Change[Audience] | None:
        change = edited(audience, values, now=now)
        if change is not None:
            change.after.check()
        return change

    audience = await SETTINGS.change(connection, audience_id, decide, seen_version=seen_version)
    await review_open_leads(connection, now=now)
    return audience


def _check(values: Mapping[str, Any]) -> None:
    if "condition" in values:
        compile_expression(values["condition"], pointer="/condition", wanted="condition")
