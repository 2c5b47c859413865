"""Many deals are changed: each as it would be alone, with its gates, its events and its result.

Must never break: a deal that is refused is not changed at all and stops no other.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.bulk_edit.domain import DONE_BEFORE, Change, Outcome
from services.pipeline.deal import repository
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.use_cases.edit_deal import edit_deal
from services.pipeline.deal.use_cases.know_references import know_references
from services.pipeline.deal_field.use_cases.know_fields import with_own_values
from services.pipeline.progress.domain import Along
from services.pipeline.progress.use_cases.lose_deal import lose_deal
from services.pipeline.progress.use_cases.move_deal import move_deal
from services.pipeline.progress.use_cases.win_deal import win_deal
from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity
from shared.messaging.outbox import announced_positions


async def refuse_impossible(connection: AsyncConnection, change: Change) -> None:
    """Refuses for all deals what none of them can take: values that do not fit, references nobody knows."""
    await know_references(connection, await with_own_values(connection, change.fields))


async def change_deals(
    connection: AsyncConnection, ids: Sequence[UUID], change: Change, caller: Identity, *, now: datetime
) -> list[Outcome]:
    """What became of each, in order. Needs a transaction; holds these deals until it ends."""
    found = await repository.hold_some(connection, ids, caller)
    return [await _changed(connection, each, found, change, caller, now=now) for each in ids]


async def try_deals(
    connection: AsyncConnection, ids: Sequence[UUID], change: Change, caller: Identity, *, now: datetime
) -> list[Outcome]:
    """What would become of each. Everything is judged as if it were meant, and taken back."""
    token = announced_positions.set([])
    trial = await connection.begin_nested()
    try:
        outcomes = await change_deals(connection, ids, change, caller, now=now)
    finally:
        await trial.rollback()
        announced_positions.reset(token)
    return [Outcome(each.deal_id, each.result, None, each.refused) for each in outcomes]


async def _changed(
    connection: AsyncConnection,
    deal_id: UUID,
    found: Mapping[UUID, Deal],
    change: Change,
    caller: Identity,
    *,
    now: datetime,
) -> Outcome:
    before = found.get(deal_id)
    if before is None:
        return Outcome(deal_id, "rejected", None, DomainError("deal_not_found", "There is no such deal."))
    try:
        fields = change.fields_of(before.tags)
        along = Along(fields, change.override_reason)
        async with connection.begin_nested():
            after = await _take(connection, before, change, along, caller=caller, now=now)
    except DomainError as refused:
        if change.ending and refused.code == DONE_BEFORE[change.ending.outcome]:
            return Outcome(deal_id, "unchanged", before.version)
        return Outcome(deal_id, "rejected", before.version, refused)
    return Outcome(deal_id, "unchanged" if after.version == before.version else "updated", after.version)


async def _take(
    connection: AsyncConnection,
    deal: Deal,
    change: Change,
    along: Along,
    *,
    caller: Identity,
    now: datetime,
) -> Deal:
    """As alone: whatever version it has, since it is held."""
    if change.stage is not None:
        return await _moved(connection, deal, change.stage, along, caller=caller, now=now)
    end = change.ending
    if end is None:
        if not along.fields:
            return deal
        return await edit_deal(connection, deal.id, along.fields, caller, seen_version=None, now=now)
    if end.outcome == "won":
        return await win_deal(
            connection,
            deal.id,
            caller,
            closed_at=end.closed_at,
            amount=None,
            reason=end.reason,
            along=along,
            seen_version=None,
            now=now,
        )
    return await lose_deal(
        connection,
        deal.id,
        caller,
        reason=end.reason or "",
        note=end.note,
        competitor=end.competitor,
        closed_at=end.closed_at,
        along=along,
        seen_version=None,
        now=now,
    )


async def _moved(
    connection: AsyncConnection,
    deal: Deal,
    stage: str,
    along: Along,
    *,
    caller: Identity,
    now: datetime,
) -> Deal:
    """Where it is already, only the fields are filled in."""
    word = stage.strip().casefold()
    if deal.status == "open" and word in (deal.stage.name.casefold(), str(deal.stage.id)):
        if not along.fields:
            return deal
        return await edit_deal(connection, deal.id, along.fields, caller, seen_version=None, now=now)
    return await move_deal(connection, deal.id, stage, caller, along=along, seen_version=None, now=now)
