"""Plans are for categories of the catalogue; a category has one active plan."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.category.use_cases.check_categories import check_category
from services.leads.nurture.domain import Plan
from services.leads.nurture.repository import PLANS
from services.leads.record.use_cases.keep_settings import Settings
from shared.contracts.ids import new_id

SETTINGS = Settings(PLANS, "nurture_plan")


async def add_plan(connection: AsyncConnection, values: Mapping[str, Any], *, now: datetime) -> Plan:
    """The new plan; leads that enter its category from now on begin it."""
    await check_category(connection, values["category"])
    new = Plan(id=new_id(), created_at=now, updated_at=now, **values)
    return await SETTINGS.add(connection, new, now=now)


async def edit_plan(
    connection: AsyncConnection,
    plan_id: UUID,
    values: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> Plan:
    """The plan; leads that are going through it keep the steps they began."""
    await check_category(connection, values.get("category"))
    return await SETTINGS.edit(connection, plan_id, values, seen_version=seen_version, now=now)
