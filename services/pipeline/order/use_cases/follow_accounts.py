"""Orders follow the accounts they were taken for when these are merged or parted."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.merges import merges_of
from services.pipeline.order import repository
from services.pipeline.order.use_cases.take_order import order_fact


async def follow_accounts(
    connection: AsyncConnection, accounts: Collection[UUID], *, cause: UUID, now: datetime
) -> None:
    """Every order of these accounts is of what the account it was taken for is part of now. The merge must be
    noted already; told twice, nothing happens."""
    orders = await repository.lock_of_accounts(connection, accounts)
    now_of = await _now_of(connection, {each.account_said for each in orders if each.account_said})
    changed, facts = [], []
    for order in orders:
        account_id = now_of.get(order.account_said) if order.account_said else None
        if account_id is not None and account_id != order.account_id:
            after, event = order.follow(account_id, now)
            changed.append(after)
            facts.append(order_fact(event, after, now, cause=cause))
    await repository.save(connection, changed, facts)


async def _now_of(connection: AsyncConnection, said: Collection[UUID]) -> dict[UUID, UUID]:
    """What each of them is part of in the end, itself when of nothing."""
    found = {each: each for each in said}
    while merged := await merges_of(connection, set(found.values())):
        found = {each: merged[at][0] if at in merged else at for each, at in found.items()}
    return found
