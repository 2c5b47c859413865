"""A deal is won."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal import repository
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.domain.life import closing
from services.pipeline.deal.domain.passage import end
from services.pipeline.deal.use_cases.arriving import fact
from services.pipeline.deal.use_cases.seen import refuse_changed
from services.pipeline.deal.use_cases.valuation import load_valuation
from shared.contracts.identity import Identity
from shared.contracts.money import Money


async def win_deal(
    connection: AsyncConnection,
    deal_id: UUID,
    caller: Identity,
    *,
    closed_at: date | None,
    amount: Money | None,
    seen_version: int | None,
    now: datetime,
) -> Deal:
    """The won deal, valued at the rate of the day it closed.

    Refuses with `deal_not_found`, `version_conflict`, `deal_not_open`, `deal_already_won`, `rate_missing`,
    and with `validation_failed` a closing before the opening or in the future.
    """
    deal = (await repository.get(connection, deal_id, caller, lock=True)).deal
    refuse_changed(deal, seen_version)
    final = amount or deal.amount
    valuation = await load_valuation(connection, [final])
    at = closing(valuation.instant(closed_at, not_before=deal.created_at), deal.created_at, now)
    won, event = deal.win(at, amount=final, value=valuation.base)
    won = repository.stamped(won, now)
    history = end((await repository.histories_of(connection, [deal_id]))[deal_id], at)
    await repository.save(connection, [won], [fact(event, deal_id, won.version, at)], {deal_id: history})
    return won
