"""Audiences to and from their table, and which leads belong to them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.audience.domain import Audience
from services.leads.audience.tables import audience, lead_audience
from services.leads.record.record_table import RecordTable
from services.leads.setting_history.use_cases.keep_history import history_of
from shared.persistence.bulk import insert_rows

AUDIENCES = RecordTable(audience, Audience, {}, history_of("audience"))


async def active_audiences(connection: AsyncConnection) -> list[Audience]:
    """Those that leads are held against."""
    return await AUDIENCES.find_where(connection, audience.c.active, audience.c.archived_at.is_(None))


async def keep(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Whether these leads belong to these audiences; what is known already is left as it is."""
    new = insert_rows(lead_audience, rows)
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=["lead_id", "audience_id"],
            set_={"fits": new.excluded.fits, "at": new.excluded.at},
            where=lead_audience.c.fits != new.excluded.fits,
        )
    )
