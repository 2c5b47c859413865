"""Rules are checked when they are saved: the condition as an expression, the category by the catalogue."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.categorisation.domain import CategoryRule
from services.leads.categorisation.repository import RULES
from services.leads.category.use_cases.check_categories import check_category
from services.leads.expression.domain import compile_expression
from services.leads.lead.use_cases.review_leads import review_open_leads
from services.leads.record.use_cases.keep_settings import Settings
from shared.contracts.ids import new_id

SETTINGS = Settings(RULES, "category_rule")


async def add_rule(connection: AsyncConnection, values: Mapping[str, Any], *, now: datetime) -> CategoryRule:
    """The new rule; every open lead is looked at again. Needs a transaction."""
    await _check(connection, values)
    new = CategoryRule(id=new_id(), created_at=now, updated_at=now, **values)
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
) -> CategoryRule:
    """The rule with these values; every open lead is looked at again. Needs a transaction."""
    await _check(connection, values)
    rule = await SETTINGS.edit(connection, rule_id, values, seen_version=seen_version, now=now)
    await review_open_leads(connection, now=now)
    return rule


async def archive_rule(
    connection: AsyncConnection, rule_id: UUID, *, seen_version: int | None, now: datetime
) -> None:
    """It is asked no more; every open lead is looked at again. Needs a transaction."""
    await SETTINGS.archive(connection, rule_id, seen_version=seen_version, now=now)
    await review_open_leads(connection, now=now)


async def _check(connection: AsyncConnection, values: Mapping[str, Any]) -> None:
    if "condition" in values:
        compile_expression(values["condition"], pointer="/condition", wanted="condition")
    await check_category(connection, values.get("category"))
