"""A deal is won."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.domain.deal import Deal
from services.pipeline.loss_reason.use_cases.know_reasons import reason_meant
from services.pipeline.progress.domain import BARE, Along
from services.pipeline.progress.use_cases.ending import End, begin_end, finish_end, why
from shared.contracts.identity import Identity
from shared.contracts.money import Money


async def win_deal(
    connection: AsyncConnection,
    deal_id: UUID,
    caller: Identity,
    *,
    closed_at: date | None,
    amount: Money | None,
    reason: str | None = None,
    along: Along = BARE,
    seen_version: int | None,
    now: datetime,
) -> Deal:
    """The won deal, valued at the rate of the day it closed.

    Refuses with `deal_not_found`, `version_conflict`, `deal_not_open`, `deal_already_won`, `rate_missing`,
    `gates_unmet`, `reason_unknown`, and with `validation_failed` a closing before the opening or in the
    future.
    """
    wanted = End("won", closed_at, amount, along)
    ending = await begin_end(connection, deal_id, caller, wanted, seen_version=seen_version, now=now)
    meant = None if reason is None else await reason_meant(connection, reason, "won")
    won, event = ending.deal.win(
        ending.at,
        amount=ending.amount,
        value=ending.valuation.base,
        why=None if reason is None else why(reason, meant),
        passed=ending.passed,
    )
    return await finish_end(connection, ending, won, event, now=now)
