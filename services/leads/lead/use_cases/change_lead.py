"""The frame of every change of one lead: one read, one statement that writes."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead import repository
from services.leads.lead.domain import Lead, LeadError
from services.leads.lead.queries import values_at
from services.leads.lead.scope import readable, visible
from services.leads.record.domain import Change, Draft
from services.leads.record.use_cases.change_record import ValuesAt, change_record, check_changeable
from services.leads.record.use_cases.upsert_batch import Became, Outcome
from services.leads.tables import SOURCE
from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity
from shared.observability.causes import event_context


async def load_lead(
    connection: AsyncConnection, identity: Identity, lead_id: UUID, *, lock: bool = False
) -> Lead:
    """The lead, which may also wait in a queue the caller may claim from. Refuses with `lead_not_found` when
    it is not there or not the caller's to see.

    `lock`: nobody changes it until the transaction ends; it must be the caller's to change.
    """
    if lock:
        return await _load_own(connection, identity, lead_id, lock=True)
    lead = await repository.LEADS.find(connection, lead_id, readable(identity))
    if lead is None:
        raise LeadError("lead_not_found", "There is no such lead.")
    return lead


async def _load_own(
    connection: AsyncConnection, identity: Identity, lead_id: UUID, *, lock: bool = False
) -> Lead:
    """A lead to be changed. Refuses with `lead_queued` while it waits for somebody to claim it."""
    lead = await repository.LEADS.find(connection, lead_id, visible(identity), lock=lock)
    if lead is None:
        await load_lead(connection, identity, lead_id)
        raise LeadError("lead_queued", "The lead waits in a queue; claim it first.")
    return lead


async def change_lead(
    connection: AsyncConnection,
    identity: Identity,
    lead_id: UUID,
    decide: Callable[[Lead], Change[Lead] | None],
    *,
    seen_version: int | None,
) -> Lead:
    """The lead after the change. `seen_version`: what the caller read, None for whatever it is.

    Refuses with `version_conflict` when a field to change was changed since it was read.
    """

    async def load() -> Lead:
        return await _load_own(connection, identity, lead_id)

    async def save(draft: Draft[Lead]) -> bool:
        return bool(await repository.save(connection, [draft], event_context(SOURCE)))

    as_it_was = lead_as_it_was(connection, lead_id)
    return await change_record(load, decide, save, seen_version=seen_version, values_at=as_it_was)


I = TypeVar("I")  # noqa: E741 - the conventional letter for an item


async def change_leads(
    connection: AsyncConnection,
    identity: Identity,
    items: Sequence[tuple[int, UUID, I]],
    decide: Callable[[Lead, I], Change[Lead] | None],
) -> list[Outcome[Lead]]:
    """What became of each item (index, lead, what is wanted of it): updated, unchanged or refused.

    One query and one statement for all of them; items about one lead apply in order. Needs a transaction.
    """
    ids = {lead_id for _, lead_id, _ in items}
    before = await repository.lock(connection, ids, visible(identity))
    steps: dict[UUID, list[Change[Lead]]] = {}
    outcomes: list[Outcome[Lead]] = []
    for index, lead_id, item in items:
        done = steps.get(lead_id, [])
        lead = done[-1].after if done else before.get(lead_id)
        try:
            if lead is None:
                raise LeadError("lead_not_found", "There is no such lead.")
            change = decide(lead, item)
            if change is not None:
                check_changeable(lead, change.fields)
        except DomainError as refusal:
            outcomes.append(Outcome(index, None, refusal=refusal))
            continue
        if change is not None:
            steps.setdefault(lead_id, []).append(change)
        became: Became = "unchanged" if change is None else "updated"
        outcomes.append(Outcome(index, became, change.after if change else lead))
    if steps:
        drafts = [Draft(before[lead_id], tuple(done)) for lead_id, done in sorted(steps.items())]
        await repository.save(connection, drafts, event_context(SOURCE))
    return outcomes


def lead_as_it_was(connection: AsyncConnection, lead_id: UUID) -> ValuesAt:
    """How the lead's fields stood at a version, for showing what a conflict is about."""

    async def as_it_was(version: int, fields: Sequence[str]) -> dict[str, Any]:
        return await values_at(connection, lead_id, version, fields)

    return as_it_was
