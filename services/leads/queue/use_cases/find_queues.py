"""What others may ask about queues."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.queue import repository
from services.leads.queue.repository import QUEUES
from services.leads.queue.scope import claimable
from shared.contracts.identity import Identity


async def find_default(connection: AsyncConnection) -> UUID | None:
    """Where leads go that nobody is eligible for; None when there is no such queue."""
    return await repository.default_queue_id(connection)


async def queue_known(connection: AsyncConnection, queue_id: UUID) -> bool:
    """Whether there is such an active queue."""
    columns = QUEUES.table.c
    return bool(await QUEUES.find_where(connection, columns.id == queue_id, columns.active))


async def claimable_queues(connection: AsyncConnection, identity: Identity) -> set[UUID]:
    """From which queues the caller may claim."""
    return set(await connection.scalars(claimable(identity)))
