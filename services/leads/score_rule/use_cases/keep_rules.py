"""Rules are checked when they are saved, and every open lead is judged by them soon after."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.use_cases.review_leads import review_open_leads
from services.leads.record.use_cases.keep_settings import Settings
from services.leads.score_rule.domain import ScoreRule
from services.leads.score_rule.repository import RULES
from shared.contracts.ids import new_id

SETTINGS = Settings(RULES, "score_rule")


async def add_rule(connection: AsyncConnection, values: Mapping[str, Any], *, now: datetime) -> ScoreRule:
    """The new rule. Needs a transaction. Refuses one that could never give points."""
    new = ScoreRule(id=new_id(), created_at=now, updated_at=now, **values)
    new.check()
    rule = await SETTINGS.add(connection, new, now=now)
    await review_open_leads(connection, now=now)
    return rule


async def edit_rule(
    connection: AsyncConnection,
    rule_id: UUID,
    values: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> ScoreRule:
    """The rule with these values. Needs a transaction. Refuses as for a new one."""
    replace(await SETTINGS.find(connection, rule_id), **values).check()
    rule = await SETTINGS.edit(connection, rule_id, values, seen_version=seen_version, now=now)
    await review_open_leads(connection, now=now)
    return rule


async def archive_rule(
    connection: AsyncConnection, rule_id: UUID, *, seen_version: int | None, now: datetime
) -> None:
    """It gives no points any more. Needs a transaction."""
    await SETTINGS.archive(connection, rule_id, seen_version=seen_version, now=now)
    await review_open_leads(connection, now=now)
