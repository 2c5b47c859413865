"""Reminder rules to and from their table."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.follow_up.domain import ReminderRule
from services.leads.follow_up.tables import reminder_rule
from services.leads.record.record_table import RecordTable
from services.leads.setting_history.use_cases.keep_history import history_of

RULES = RecordTable(reminder_rule, ReminderRule, {}, history_of("reminder_rule"))


async def active_rules(connection: AsyncConnection) -> list[ReminderRule]:
    """The oldest first, 1,000 at most."""
    rule = reminder_rule.c
    rows = await connection.execute(
        RULES.everything.where(rule.active, rule.archived_at.is_(None))
        .order_by(rule.created_at, rule.id)
        .limit(1000)
    )
    return [RULES.record_of(row) for row in rows.mappings()]
