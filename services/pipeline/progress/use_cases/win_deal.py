"""A deal is won."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.domain.deal import Deal
from services.pipeline.progress.domain import BARE, Along
from services.pipeline.progress.use_cases.ending import End, begin_end, finish_end
from shared.contracts.identity import Identity
from shared.contracts.money import Money


async def win_deal(
    connection: AsyncConnection,
    deal_id: UUID,
    caller: Identity,
    *,
    closed_at: date | None,
    amount: Money | None,
    along: Along = BARE,
    seen_version: int | None,
    now: datetime,
) -> Deal:
    """The won deal, valued at the rate of the day it closed.

    Refuses with `deal_not_found`, `version_conflict`, `deal_not_open`, `deal_already_won`, `rate_missing`,
    `gates_unmet`, and with `validation_failed` a closing before the opening or in the future.
    """
    wanted = End("won", closed_at, amount, along)
    ending = await begin_end(connection, deal_id, caller, wanted, seen_version=seen_version, now=now)
    won, event = ending.deal.win(
        ending.at, amount=ending.amount, value=ending.valuation.base, passed=ending.passed
    )
    return await finish_end(connection, ending, won, event, now=now)
