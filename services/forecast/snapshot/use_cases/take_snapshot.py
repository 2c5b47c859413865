"""Keep how the forecast stands, and tell that it is kept."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.snapshot import repository
from services.forecast.snapshot.domain import Snapshot
from services.forecast.tables import ORGANISATION, OUTBOX
from shared.contracts.envelope import EventContext, wrap
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.organisation.queries import load_organisation


async def take_snapshot(
    connection: AsyncConnection,
    name: str,
    note: str | None,
    *,
    by: Identity,
    now: datetime,
    context: EventContext,
) -> Snapshot:
    """As it stands now, of all deals, whoever asks: who sees which figures is asked when they are read."""
    organisation = await load_organisation(connection, ORGANISATION)
    new = Snapshot(
        id=new_id(),
        kind="on_demand",
        name=name,
        note=note,
        taken_at=now,
        made_at=now,
        taken_late=False,
        day=None,
        periods=(),
        currency=organisation.base_currency,
        calendar=organisation.calendar,
        asked_by=by.member_id,
    )
    await keep(connection, new, context)
    return new


async def keep(connection: AsyncConnection, new: Snapshot, context: EventContext) -> None:
    """Freeze and announce it."""
    await repository.add(connection, new)
    fact = wrap(new.taken(), subject=new.id, sequence=1, time=new.made_at, context=context)
    await OUTBOX.add(connection, [fact])
