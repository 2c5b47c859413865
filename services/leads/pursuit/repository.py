"""Marks to and from their table."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Text, Uuid, any_, literal, or_
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.pursuit.domain import Kind, Mark
from services.leads.pursuit.tables import do_not_pursue as table
from services.leads.record.record_table import RecordTable

MARKS = RecordTable(table, Mark, {"expected_margin": ("margin_amount", "margin_currency")})


async def standing(connection: AsyncConnection, kind: Kind, subject_id: UUID) -> Mark | None:
    """The mark of this lead or account that stands."""
    found = await MARKS.find_where(
        connection, table.c.subject_id == subject_id, table.c.kind == kind, table.c.ended_at.is_(None)
    )
    return found[0] if found else None


async def standing_about(
    connection: AsyncConnection, subjects: Collection[UUID], name_keys: Collection[str]
) -> list[Mark]:
    """The marks of these leads and accounts, of accounts of these names, and all segments."""
    return await MARKS.find_where(
        connection,
        table.c.ended_at.is_(None),
        or_(
            table.c.kind == "segment",
            table.c.subject_id == any_(literal(sorted(subjects), ARRAY(Uuid))),
            table.c.name_key == any_(literal(sorted(name_keys), ARRAY(Text))),
        ),
    )
