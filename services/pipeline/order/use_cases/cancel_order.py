"""An order counts no more."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.order import repository
from services.pipeline.order.domain import Order
from services.pipeline.order.queries import cancellable_by
from services.pipeline.order.use_cases.take_order import order_fact
from shared.contracts.identity import Identity
from shared.web.merge import require_version


async def cancel_order(
    connection: AsyncConnection,
    order_id: UUID,
    caller: Identity,
    *,
    reason: str | None,
    seen_version: int | None,
    now: datetime,
) -> Order:
    """The cancelled order; its deal stays as it is.

    Refuses with `order_not_found`, also one of a deal that the caller only reads, `version_conflict`, and
    with `state_conflict` one that is cancelled already.
    """
    before = await repository.get(connection, order_id, cancellable_by(caller), lock=True)
    if seen_version is not None:
        require_version(before.version, seen_version)
    after, event = before.cancel(reason, now)
    await repository.save(connection, [after], [order_fact(event, after, now)])
    return after
