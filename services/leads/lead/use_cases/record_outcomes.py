"""How many leads of another system ended there: a history to learn from, loaded at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead import repository
from services.leads.lead.domain import Lead, LeadError
from services.leads.lead.schemas import OutcomeItem
from services.leads.lead.scope import visible
from services.leads.lead.use_cases.record_outcome import ended_elsewhere
from services.leads.record.domain import Change, Draft, Key
from services.leads.record.use_cases.try_again import rounds
from services.leads.record.use_cases.upsert_batch import Outcome
from services.leads.tables import SOURCE
from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity
from shared.observability.causes import event_context

Item = tuple[int, OutcomeItem]


@dataclass(slots=True)
class _Ending:
    """A lead and what the items make of it, in order."""

    before: Lead
    steps: list[Change[Lead]] = field(default_factory=list)
    items: list[int] = field(default_factory=list)

    @property
    def lead(self) -> Lead:
        return self.steps[-1].after if self.steps else self.before


async def record_outcomes(
    connection: AsyncConnection, identity: Identity, items: Sequence[Item], *, now: datetime
) -> list[Outcome[Lead]]:
    """What became of each: a handful of statements for all of them. The same again is unchanged."""
    outcomes: dict[int, Outcome[Lead]] = {}
    pending = items
    async for _ in rounds():
        pending = await _round(connection, identity, pending, outcomes, now)
        if not pending:
            break
    busy = DomainError("temporarily_unavailable", "It is being changed by many at once; send it again.")
    for index, _ in pending:
        outcomes[index] = Outcome(index, None, refusal=busy)
    return [outcomes[index] for index, _ in items]


async def _round(
    connection: AsyncConnection,
    identity: Identity,
    items: Sequence[Item],
    outcomes: dict[int, Outcome[Lead]],
    now: datetime,
) -> list[Item]:
    """Decide and write; answers the items whose leads somebody else changed meanwhile."""
    by_id, by_key = await _find(connection, identity, items)
    endings: dict[UUID, _Ending] = {}
    for index, item in items:
        found = by_id.get(item.lead_id) if item.lead_id else by_key.get(item.key() or ("", ""))
        if found is None:
            refusal = LeadError("lead_not_found", "There is no such lead.")
            outcomes[index] = Outcome(index, None, refusal=refusal)
            continue
        outcomes[index] = _end(endings.setdefault(found.id, _Ending(found)), index, item, now)
    drafts = [Draft(ending.before, tuple(ending.steps)) for ending in endings.values() if ending.steps]
    written = await repository.save(connection, drafts, event_context(SOURCE)) if drafts else {}
    late = {
        i for each in endings.values() if each.steps and each.before.id not in written for i in each.items
    }
    return [item for item in items if item[0] in late]


def _end(ending: _Ending, index: int, item: OutcomeItem, now: datetime) -> Outcome[Lead]:
    ending.items.append(index)
    try:
        change = ended_elsewhere(ending.lead, item.at, converted=item.converted, now=now)
    except DomainError as refusal:
        return Outcome(index, None, refusal=refusal)
    if change is None:
        return Outcome(index, "unchanged", ending.lead)
    ending.steps.append(change)
    return Outcome(index, "updated", change.after)


async def _find(
    connection: AsyncConnection, identity: Identity, items: Sequence[Item]
) -> tuple[Mapping[UUID, Lead], Mapping[Key, Lead]]:
    """The leads the caller may see, by id and by origin."""
    ids = [item.lead_id for _, item in items if item.lead_id is not None]
    keys = [key for _, item in items if (key := item.key()) is not None]
    by_id = await repository.LEADS.find_many(connection, ids) if ids else {}
    by_key = await repository.LEADS.find_loaded(connection, keys) if keys else {}
    found = {*by_id, *(lead.id for lead in by_key.values())}
    seen = await repository.LEADS.existing(connection, found, visible(identity)) if found else set()
    return (
        {lead_id: lead for lead_id, lead in by_id.items() if lead_id in seen},
        {key: lead for key, lead in by_key.items() if lead.id in seen},
    )
