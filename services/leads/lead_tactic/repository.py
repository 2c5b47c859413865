"""Tactics to and from their table."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead_tactic.domain import Tactic
from services.leads.lead_tactic.tables import MONEY, lead_tactic
from services.leads.record.record_table import RecordTable
from services.leads.setting_history.use_cases.keep_history import history_of

MOST = 200
TACTICS = RecordTable(
    lead_tactic,
    Tactic,
    {name: (f"{name}_amount", f"{name}_currency") for name in MONEY},
    history_of("lead_tactic"),
)


async def tactics_within(connection: AsyncConnection, first: date, last: date) -> Sequence[Tactic]:
    """Those of which a day lies between these two, the last that begin first; at most 200 and one more."""
    chosen = (
        select(lead_tactic.c.id)
        .where(
            lead_tactic.c.starts_on <= last,
            lead_tactic.c.ends_on >= first,
            lead_tactic.c.archived_at.is_(None),
        )
        .order_by(lead_tactic.c.starts_on.desc(), lead_tactic.c.id.desc())
        .limit(MOST + 1)
    )
    found = await TACTICS.find_where(connection, lead_tactic.c.id.in_(chosen))
    return sorted(found, key=lambda each: (each.starts_on, each.id), reverse=True)
