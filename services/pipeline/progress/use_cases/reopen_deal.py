"""A won or lost deal is taken up again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal import repository
from services.pipeline.deal.domain.deal import Deal, DealError
from services.pipeline.deal.domain.passage import Outcome, resumed
from services.pipeline.deal.use_cases.arriving import fact
from services.pipeline.deal.use_cases.seen import refuse_changed
from services.pipeline.deal.use_cases.valuation import load_valuation
from services.pipeline.progress.use_cases.gatekeeping import Asking, pass_to_stage
from shared.contracts.identity import Identity


async def reopen_deal(
    connection: AsyncConnection,
    deal_id: UUID,
    caller: Identity,
    *,
    stage: str | None,
    seen_version: int | None,
    now: datetime,
) -> Deal:
    """The open deal, in `stage` or where it ended, valued at today's rate.

    A stage further on than that has gates, as in a move. Refuses with `deal_not_found`, `version_conflict`,
    `deal_already_open`, `stage_unknown`, `rate_missing`, `gates_unmet`.
    """
    found = await repository.get(connection, deal_id, caller, lock=True)
    deal = found.deal
    refuse_changed(deal, seen_version)
    if deal.status == "open":
        raise DealError("deal_already_open", "The deal is open.")
    ended_in = found.pipeline.goes_on(deal.stage)
    entered = found.pipeline.stage(stage or str(ended_in.id))
    if entered.position > ended_in.position:
        await pass_to_stage(connection, Asking(found.pipeline, deal, caller, now), entered)
    valuation = await load_valuation(connection, [deal.amount])
    at = max(now, deal.closed_at or now)
    version = found.pipeline.version
    reopened, event = deal.reopen(entered, at, pipeline_version=version, value=valuation.base)
    reopened = repository.stamped(reopened, now)
    history = (await repository.histories_of(connection, [deal_id]))[deal_id]
    outcome: Outcome = "won" if deal.status == "won" else "lost"
    await repository.save(
        connection,
        [reopened],
        [fact(event, deal_id, reopened.version, at)],
        {deal_id: resumed(history, outcome, entered, at)},
    )
    return reopened
