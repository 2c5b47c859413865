"""Many deals are changed: each as it would be alone, with its gates, its events and its result.

Must never break: a deal that is refused is not changed at all and stops no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.bulk_edit.domain import DONE_BEFORE, Change, Ending, Outcome
from services.pipeline.deal import repository
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.domain.passage import History, end, moved
from services.pipeline.deal.rows import Found
from services.pipeline.deal.use_cases.arriving import fact
from services.pipeline.deal.use_cases.edit_deal import Edited, edited
from services.pipeline.deal.use_cases.giving_away import refuse_giving_away
from services.pipeline.deal.use_cases.know_references import know_references
from services.pipeline.deal.use_cases.valuation import Valuation, load_valuation
from services.pipeline.deal_field.use_cases.know_fields import with_own_values
from services.pipeline.loss_reason.domain import LossReason
from services.pipeline.loss_reason.use_cases.know_reasons import reason_meant
from services.pipeline.merging import merged
from services.pipeline.progress.domain import Along
from services.pipeline.progress.use_cases.ending import End, judge_end, why
from services.pipeline.progress.use_cases.gatekeeping import Asking, pass_to_stage
from services.pipeline.progress.use_cases.lose_deal import lost_for
from shared.contracts.envelope import Envelope
from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity
from shared.messaging.outbox import announced_positions


@dataclass(frozen=True, slots=True)
class Wanted:
    """A change that some deals may take, who wants it, and when. `meant`: the reason for the end."""

    change: Change
    caller: Identity
    now: datetime
    meant: LossReason | None = None


@dataclass(frozen=True, slots=True)
class _Taken:
    """A deal as it is to be written. `entered`, `ended_at`: what becomes of its history."""

    deal: Deal
    envelopes: tuple[Envelope, ...] = ()
    entered: datetime | None = None
    ended_at: datetime | None = None

    def history(self, before: History) -> History:
        """Its history from now on."""
        if self.ended_at is not None:
            return end(before, self.ended_at)
        return before if self.entered is None else moved(before, self.deal.stage, self.entered)


async def make_ready(
    connection: AsyncConnection, change: Change, caller: Identity, *, now: datetime
) -> Wanted:
    """The change with its values as they are kept. Refuses what no deal can take: values that do not fit,
    references nobody knows, a reason there is not."""
    ready = change.with_fields(await with_own_values(connection, change.fields))
    await know_references(connection, ready.fields)
    ending = change.ending
    if ending is None or ending.reason is None:
        return Wanted(ready, caller, now)
    return Wanted(ready, caller, now, await reason_meant(connection, ending.reason, ending.outcome))


async def change_deals(connection: AsyncConnection, ids: Sequence[UUID], wanted: Wanted) -> list[Outcome]:
    """What became of each, in order; a handful of statements for all. Needs a transaction."""
    found = await repository.hold_some(connection, ids, wanted.caller)
    amounts = [wanted.change.fields.get("amount"), *(each.deal.amount for each in found.values())]
    work = _Work(connection, wanted, await load_valuation(connection, amounts))
    outcomes = [await work.take(deal_id, found.get(deal_id)) for deal_id in ids]
    await work.write()
    return outcomes


async def try_deals(connection: AsyncConnection, ids: Sequence[UUID], wanted: Wanted) -> list[Outcome]:
    """What would become of each. Everything is judged as if it were meant, and taken back."""
    token = announced_positions.set([])
    trial = await connection.begin_nested()
    try:
        outcomes = await change_deals(connection, ids, wanted)
    finally:
        await trial.rollback()
        announced_positions.reset(token)
    return [Outcome(each.deal_id, each.result, None, each.refused) for each in outcomes]


class _Work:
    """The deals of one transaction, decided one by one and written together."""

    def __init__(self, connection: AsyncConnection, wanted: Wanted, valuation: Valuation) -> None:
        self._connection = connection
        self._wanted = wanted
        self._valuation = valuation
        self._taken: list[_Taken] = []

    async def take(self, deal_id: UUID, found: Found | None) -> Outcome:
        """What is to become of this deal; nothing is written yet."""
        if found is None:
            unknown = DomainError("deal_not_found", "There is no such deal.")
            return Outcome(deal_id, "rejected", None, unknown)
        before, ending = found.deal, self._wanted.change.ending
        try:
            taken = await self._decide(found)
        except DomainError as refused:
            if ending and refused.code == DONE_BEFORE[ending.outcome]:
                return Outcome(deal_id, "unchanged", before.version)
            return Outcome(deal_id, "rejected", before.version, refused)
        if not taken.envelopes:
            return Outcome(deal_id, "unchanged", before.version)
        self._taken.append(taken)
        return Outcome(deal_id, "updated", taken.deal.version)

    async def write(self) -> None:
        """All of them, with their histories and facts."""
        going = [each.deal.id for each in self._taken if each.entered or each.ended_at]
        histories = await repository.histories_of(self._connection, going)
        await repository.save(
            self._connection,
            [each.deal for each in self._taken],
            [envelope for each in self._taken for envelope in each.envelopes],
            {
                each.deal.id: each.history(histories[each.deal.id])
                for each in self._taken
                if each.deal.id in histories
            },
        )

    async def _decide(self, found: Found) -> _Taken:
        change = self._wanted.change
        if change.ending is not None:
            found.deal.must_be_open(change.ending.outcome)
            return await self._end(found, await self._fill(found.deal), change.ending)
        if change.stage is not None:
            found.deal.must_be_open()
            return await self._move(found, await self._fill(found.deal), change.stage)
        filled = await self._fill(found.deal)
        return _Taken(filled.deal, filled.envelopes)

    async def _fill(self, deal: Deal) -> Edited:
        """With its fields: whatever version it has, since it is held."""
        fields = self._wanted.change.fields_of(deal.tags)
        left = await merged(self._connection, deal, fields, seen_version=None)
        await refuse_giving_away(self._connection, deal, left, self._wanted.caller)
        return edited(deal, left, self._valuation, self._wanted.caller, now=self._wanted.now)

    async def _move(self, found: Found, filled: Edited, stage: str) -> _Taken:
        pipeline, target, now = found.pipeline, found.pipeline.stage(stage), self._wanted.now
        if target.id == found.deal.stage.id:
            return _Taken(filled.deal, filled.envelopes)
        asking = Asking(pipeline, filled.deal, self._wanted.caller, now, self._wanted.change.override_reason)
        passed = await pass_to_stage(self._connection, asking, target)
        after, event = filled.deal.move(target, now, pipeline_version=pipeline.version, passed=passed)
        after = repository.stamped(after, now)
        told = fact(event, after.id, after.version, after.stage_entered_at)
        return _Taken(after, (*filled.envelopes, told), entered=after.stage_entered_at)

    async def _end(self, found: Found, filled: Edited, said: Ending) -> _Taken:
        along = Along(override_reason=self._wanted.change.override_reason)
        ending = await judge_end(
            self._connection,
            found.pipeline,
            filled,
            self._wanted.caller,
            End(said.outcome, said.closed_at, None, along),
            valuation=self._valuation,
            now=self._wanted.now,
        )
        meant = self._wanted.meant
        reason = None if said.reason is None else why(said.reason, meant, said.note)
        if said.outcome == "lost" and reason is not None:
            after, event = lost_for(ending, reason, meant, said.competitor)
            told = fact(event, after.id, after.version, ending.at)
        else:
            after, won = ending.deal.win(
                ending.at,
                amount=ending.amount,
                value=ending.valuation.base,
                why=reason,
                passed=ending.passed,
            )
            told = fact(won, after.id, after.version, ending.at)
        after = repository.stamped(after, self._wanted.now)
        return _Taken(after, (*ending.told, told), ended_at=ending.at)
