"""Segments to and from their table."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.record_table import RecordTable
from services.leads.segment.domain import Segment
from services.leads.segment.tables import segment
from services.leads.setting_history.use_cases.keep_history import history_of

SEGMENTS = RecordTable(segment, Segment, {}, history_of("segment"))


async def active_segments(connection: AsyncConnection) -> list[Segment]:
    """Those that records are put into."""
    return await SEGMENTS.find_where(connection, segment.c.active, segment.c.archived_at.is_(None))
