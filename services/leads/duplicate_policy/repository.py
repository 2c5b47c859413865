"""Policies to and from their table, and as a condition of the statement that writes a lead."""

from sqlalchemy import ColumnElement, and_, exists, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.duplicate_policy.domain import Action, DuplicatePolicy
from services.leads.duplicate_policy.tables import duplicate_policy
from services.leads.record.record_table import RecordTable
from services.leads.setting_history.use_cases.keep_history import history_of

POLICIES = RecordTable(duplicate_policy, DuplicatePolicy, {}, history_of("duplicate_policy"))


async def policies(connection: AsyncConnection) -> list[DuplicatePolicy]:
    """All that hold."""
    return await POLICIES.find_where(connection, duplicate_policy.c.archived_at.is_(None))


def source_is_to(action: Action, source: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether this is the action of the policy for leads of this source."""
    policy, own = duplicate_policy.alias("policy"), duplicate_policy.alias("own_policy")
    has_own = exists(
        select(own.c.id).where(own.c.archived_at.is_(None), func.lower(own.c.source) == func.lower(source))
    )
    return exists(
        select(policy.c.id).where(
            policy.c.archived_at.is_(None),
            policy.c.action == literal_column(f"'{action}'"),
            or_(
                func.lower(policy.c.source) == func.lower(source),
                and_(policy.c.source.is_(None), ~has_own),
            ),
        )
    )
