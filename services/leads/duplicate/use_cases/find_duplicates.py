"""New and changed records are compared with all others; what is found waits in the queue."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.agenda.domain import Due
from services.leads.duplicate import repository
from services.leads.duplicate.domain import Candidate, candidate_of
from services.leads.lead.case import Case
from services.leads.lead.likeness import likeness
from services.leads.matching.domain import Found, Likeness
from services.leads.matching.use_cases.find_matches import find_matches, follow_account_names, likeness_of

Matches = Mapping[UUID, Sequence[Found]]


async def find_duplicates(connection: AsyncConnection, cases: Sequence[Case], now: datetime) -> None:
    """The step of triage: pairs into the queue, and each lead that looks like an older one is marked."""
    asked = {case.lead.id: likeness(case.lead) for case in cases}
    matches = await find_matches(connection, list(asked.values()))
    await repository.put(connection, candidates_of(asked, matches, now))
    for case in cases:
        older = _oldest_twin(case.lead.id, matches[case.lead.id])
        if older is not None:
            case.add(case.lead.mark_duplicate(older, now=now))


async def look_again(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Handler of the agenda: records whose names, addresses or numbers changed."""
    asked = await likeness_of(connection, [entry.subject_id for entry in entries])
    accounts = [each.record_id for each in asked.values() if each.kind == "account"]
    renamed = await follow_account_names(connection, accounts)
    asked |= await likeness_of(connection, renamed) if renamed else {}
    active = {record_id: each for record_id, each in asked.items() if each.active}
    await compare(connection, active, now)


async def compare(
    connection: AsyncConnection, asked: Mapping[UUID, Likeness], now: datetime
) -> list[Candidate]:
    """Compare these records with all others; the pairs that were put into the queue."""
    matches = await find_matches(connection, list(asked.values()))
    found = candidates_of(asked, matches, now)
    await repository.put(connection, found)
    return found


def candidates_of(asked: Mapping[UUID, Likeness], matches: Matches, now: datetime) -> list[Candidate]:
    """Each pair once."""
    pairs = {}
    for record_id, found in matches.items():
        for each in found:
            candidate = candidate_of(asked[record_id], each, now=now)
            pairs[candidate.a_id, candidate.b_id] = candidate
    return list(pairs.values())


def _oldest_twin(lead_id: UUID, found: Sequence[Found]) -> UUID | None:
    """The likest older lead; ids are given in the order of time."""
    older = [each for each in found if each.other.kind == "lead" and each.other.record_id < lead_id]
    return older[0].other.record_id if older else None
