"""A deal is lost."""

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


async def lose_deal(
    connection: AsyncConnection,
    deal_id: UUID,
    caller: Identity,
    *,
    reason: str,
    competitor: str | None,
    closed_at: date | None,
    along: Along = BARE,
    seen_version: int | None,
    now: datetime,
) -> Deal:
    """The lost deal, in the stage in which it was lost.

    Refuses with `deal_not_found`, `version_conflict`, `deal_not_open`, `deal_already_lost`, `rate_missing`,
    `gates_unmet`, and with `validation_failed` a closing before the opening or in the future.
    """
    found = await repository.get(connection, deal_id, caller, lock=True)
    refuse_changed(found.deal, seen_version)
    found.deal.must_be_open("lost")
    begun = await filled(connection, found.deal, along.fields, caller, seen_version=seen_version, now=now)
    deal = begun.deal
    valuation = await load_valuation(connection, [deal.amount])
    at = closing(valuation.instant(closed_at, not_before=deal.created_at), deal.created_at, now)
    asking = Asking(found.pipeline, deal, caller, now, along.override_reason)
    passed = await pass_to_end(connection, asking, found.pipeline.lose_gates)
    lost, event = deal.lose(at, reason=reason, competitor=competitor, value=valuation.base, passed=passed)
    lost = repository.stamped(lost, now)
    history = end((await repository.histories_of(connection, [deal_id]))[deal_id], at)
    told = [*begun.envelopes, fact(event, deal_id, lost.version, at)]
    await repository.save(connection, [lost], told, {deal_id: history})
    return lost
