"""The rules by which follow-ups are planned."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.follow_up.domain import ReminderRule
from services.leads.follow_up.repository import RULES
from services.leads.follow_up.schemas import RuleCreate
from services.leads.record.domain import Change, edited
from services.leads.record.use_cases.keep_settings import Settings
from shared.contracts.ids import new_id

SETTINGS = Settings(RULES, "reminder_rule")


async def add_rule(connection: AsyncConnection, body: RuleCreate, *, now: datetime) -> ReminderRule:
    """The new rule, for first contacts from now on. Refuses a faulty condition, and a name that is taken."""
    rule = ReminderRule(id=new_id(), created_at=now, updated_at=now, **body.model_dump())
    rule.check()
    return await SETTINGS.add(connection, rule, now=now)


async def edit_rule(
    connection: AsyncConnection,
    rule_id: UUID,
    values: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> ReminderRule:
    """The rule with these values. What was planned by it stays."""

    def decide(rule: ReminderRule) -> Change[ReminderRule] | None:
        change = edited(rule, values, now=now)
        if change is not None:
            change.after.check()
        return change

    return await SETTINGS.change(connection, rule_id, decide, seen_version=seen_version)


async def archive_rule(
    connection: AsyncConnection, rule_id: UUID, *, seen_version: int | None, now: datetime
) -> None:
    """Nothing is planned by it any more."""
    await SETTINGS.archive(connection, rule_id, seen_version=seen_version, now=now)
