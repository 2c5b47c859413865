"""What winning and losing have in common: the deal is held, asked for its gates, ended in its history."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal import repository
from services.pipeline.deal.domain.deal import Deal, Passed, Why
from services.pipeline.deal.domain.life import closing
from services.pipeline.deal.domain.passage import end
from services.pipeline.deal.use_cases.arriving import fact
from services.pipeline.deal.use_cases.edit_deal import Edited
from services.pipeline.deal.use_cases.giving_away import refuse_outside_limits
from services.pipeline.deal.use_cases.seen import refuse_changed
from services.pipeline.deal.use_cases.valuation import Valuation, load_valuation
from services.pipeline.loss_reason.domain import LossReason
from services.pipeline.pipeline.domain import Pipeline
from services.pipeline.progress.domain import Along
from services.pipeline.progress.use_cases.filling import filled
from services.pipeline.progress.use_cases.gatekeeping import Asking, pass_to_end
from shared.contracts.envelope import Envelope
from shared.contracts.events.pipeline_deal import DealState
from shared.contracts.identity import Identity
from shared.contracts.money import Money


@dataclass(frozen=True, slots=True)
class End:
    """How a deal is to end. `closed_at`: by default now; `amount`: by default the deal's."""

    outcome: Literal["won", "lost"]
    closed_at: date | None
    amount: Money | None
    along: Along


@dataclass(frozen=True, slots=True)
class Ending:
    """A held deal that may end `at` this instant, for this amount. `told`: of the fields filled in."""

    deal: Deal
    at: datetime
    amount: Money | None
    valuation: Valuation
    passed: Passed
    told: Sequence[Envelope]


def why(said: str, meant: LossReason | None, note: str | None = None) -> Why:
    """The reason by its label where it is one of the organisation's, else in the words said."""
    return Why(said, None, note) if meant is None else Why(meant.label, meant.id, note)


async def begin_end(
    connection: AsyncConnection,
    deal_id: UUID,
    caller: Identity,
    wanted: End,
    *,
    seen_version: int | None,
    now: datetime,
) -> Ending:
    """The deal, held by this transaction, its gates met or overridden."""
    found = await repository.get(connection, deal_id, caller, lock=True)
    refuse_changed(found.deal, seen_version)
    found.deal.must_be_open(wanted.outcome)
    fields, pipeline = wanted.along.fields, found.pipeline
    begun = await filled(connection, found.deal, fields, caller, seen_version=seen_version, now=now)
    valuation = await load_valuation(connection, [wanted.amount or begun.deal.amount])
    return await judge_end(connection, pipeline, begun, caller, wanted, valuation=valuation, now=now)


async def judge_end(
    connection: AsyncConnection,
    pipeline: Pipeline,
    begun: Edited,
    caller: Identity,
    wanted: End,
    *,
    valuation: Valuation,
    now: datetime,
) -> Ending:
    """The deal, held and with its fields filled in, its gates met or overridden. Refuses with `gates_unmet`.

    `valuation` knows the currency of its amount.
    """
    deal = begun.deal
    amount = wanted.amount or deal.amount
    if wanted.outcome == "won":
        refuse_outside_limits(deal, amount, caller)
    at = closing(valuation.instant(wanted.closed_at, not_before=deal.created_at), deal.created_at, now)
    worth = replace(deal, amount=amount, base_amount=valuation.base(amount, at))
    asking = Asking(pipeline, worth, caller, now, wanted.along.override_reason)
    gates = pipeline.win_gates if wanted.outcome == "won" else pipeline.lose_gates
    passed = await pass_to_end(connection, asking, gates)
    return Ending(deal, at, amount, valuation, passed, begun.envelopes)


async def finish_end(
    connection: AsyncConnection, ending: Ending, ended: Deal, event: DealState, *, now: datetime
) -> Deal:
    """Write the ended deal, its history and what there is to tell."""
    after = repository.stamped(ended, now)
    history = end((await repository.histories_of(connection, [after.id]))[after.id], ending.at)
    told = [*ending.told, fact(event, after.id, after.version, ending.at)]
    await repository.save(connection, [after], told, {after.id: history})
    return after
