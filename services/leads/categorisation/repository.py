"""Rules to and from their table."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.categorisation.domain import CategoryRule
from services.leads.categorisation.tables import category_rule
from services.leads.record.record_table import RecordTable

RULES = RecordTable(category_rule, CategoryRule, {})


async def active_rules(connection: AsyncConnection) -> list[CategoryRule]:
    """All that are asked."""
    return await RULES.find_where(connection, category_rule.c.active, category_rule.c.archived_at.is_(None))
