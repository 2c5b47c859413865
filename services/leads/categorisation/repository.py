"""Rules to and from their table."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.categorisation.domain import CategoryRule
from services.leads.categorisation.tables import category_rule
from services.leads.record.record_table import RecordTable
from services.leads.setting_history.use_cases.keep_history import history_of

RULES = RecordTable(category_rule, CategoryRule, {}, history_of("category_rule"))


async def active_rules(connection: AsyncConnection) -> list[CategoryRule]:
    """All that are asked."""
    return await RULES.find_where(connection, category_rule.c.active, category_rule.c.archived_at.is_(None))
