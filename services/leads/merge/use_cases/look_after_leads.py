"""What a merge, or undoing one, leaves to be decided about leads: who works on them, and until when an answer
is due. That they are judged and sorted anew follows from their change, as always.

What was planned for a lead that is part of another by now is left on the agenda: it does nothing then.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.domain import HANDED_OVER, TRIAGE_AGAIN, Lead, is_loaded
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.ids import new_id


async def look_after_winner(connection: AsyncConnection, before: Lead, winner: Lead, now: datetime) -> None:
    """A clock that runs goes on; another owner, or a lead nobody owed an answer, begins a new one."""
    goes_on = winner.response_due_at is not None and winner.owner_id == before.owner_id
    if not goes_on or _nobodys(winner):
        await _look_after(connection, [winner], now)


async def look_after_parted(connection: AsyncConnection, leads: Sequence[Lead], now: datetime) -> None:
    """Each has its own deadline again, from when it came to whoever has it; what was never given to anybody
    is given to somebody now."""
    await _look_after(connection, leads, now)


async def _look_after(connection: AsyncConnection, leads: Sequence[Lead], now: datetime) -> None:
    planned = []
    for lead in leads:
        said = {"record_id": lead.id, "loaded": is_loaded(lead), "apart": True}
        if not lead.merges_by_itself:
            continue
        if _nobodys(lead):
            planned.append(Due(TRIAGE_AGAIN, new_id(), now, said))
        elif lead.owes_response and lead.response_breached_at is None:
            planned.append(Due(HANDED_OVER, new_id(), now, said))
    await plan_work(connection, planned)


def _nobodys(lead: Lead) -> bool:
    return lead.owner_id is None and lead.queue_id is None
