"""Categories to and from their table."""

from collections.abc import Collection

from sqlalchemy import Text, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.category.domain import Category
from services.leads.category.tables import lead_category
from services.leads.record.record_table import RecordTable
from services.leads.setting_history.use_cases.keep_history import history_of

CATEGORIES = RecordTable(lead_category, Category, {}, history_of("category"))


async def active_keys(connection: AsyncConnection, keys: Collection[str]) -> set[str]:
    """Those of the keys that are active categories."""
    wanted = literal(sorted(keys), ARRAY(Text))
    column = lead_category.c.key
    return set(
        await connection.scalars(
            select(column).where(column == any_(wanted), lead_category.c.archived_at.is_(None))
        )
    )
