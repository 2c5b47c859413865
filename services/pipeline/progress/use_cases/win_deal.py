"""A deal is won."""

from dataclasses import replace
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
from services.pipeline.progress.domain import BARE, Along
from services.pipeline.progress.use_cases.filling import filled
from services.pipeline.progress.use_cases.gatekeeping import Asking, pass_to_end
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
    found = await repository.get(connection, deal_id, caller, lock=True)
    refuse_changed(found.deal, seen_version)
    found.deal.must_be_open("won")
    begun = await filled(connection, found.deal, along.fields, caller, seen_version=seen_version, now=now)
    deal = begun.deal
    final = amount or deal.amount
    valuation = await load_valuation(connection, [final])
    at = closing(valuation.instant(closed_at, not_before=deal.created_at), deal.created_at, now)
    worth = replace(deal, amount=final, base_amount=valuation.base(final, at))
    asking = Asking(found.pipeline, worth, caller, now, along.override_reason)
    passed = await pass_to_end(connection, asking, found.pipeline.win_gates)
    won, event = deal.win(at, amount=final, value=valuation.base, passed=passed)
    won = repository.stamped(won, now)
    history = end((await repository.histories_of(connection, [deal_id]))[deal_id], at)
    told = [*begun.envelopes, fact(event, deal_id, won.version, at)]
    await repository.save(connection, [won], told, {deal_id: history})
    return won
