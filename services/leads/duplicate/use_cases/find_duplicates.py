"""New and changed records are compared with all others; what is found waits in the queue."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.duplicate import repository
from services.leads.duplicate.domain import MERGE, Candidate, candidate_of
from services.leads.duplicate_policy.domain import Policies
from services.leads.duplicate_policy.use_cases.read_policies import policies_in_use
from services.leads.lead.case import Case
from services.leads.lead.likeness import likeness
from services.leads.lead.use_cases.find_leads import sources_of
from services.leads.matching.domain import Found, Likeness
from services.leads.matching.use_cases.find_matches import find_matches, follow_account_names, likeness_of
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work

Matches = Mapping[UUID, Sequence[Found]]
_MOST_TWINS = 5


async def find_duplicates(connection: AsyncConnection, cases: Sequence[Case], now: datetime) -> None:
    """The step of triage: pairs into the queue, each lead that looks like an older one is marked, or waits to
    become part of it. By the policies of the leads' sources. What somebody let in as no duplicate is
    dismissed at once."""
    policies = await policies_in_use(connection)
    looked_at = [case for case in cases if policies.of(case.lead.source).looks]
    asked = {case.lead.id: likeness(case.lead) for case in looked_at}
    found = await find_matches(connection, list(asked.values()))
    matches = await _of_concern(connection, policies, asked, found)
    let_in = {case.lead.id: case.payload for case in looked_at if case.payload.get("let_in")}
    found_pairs = candidates_of(asked, matches, now)
    await repository.put(connection, [_settled(each, let_in, now) for each in found_pairs])
    open_cases = [case for case in looked_at if case.lead.id not in let_in]
    for case in open_cases:
        older = _older_twins(case.lead.id, matches[case.lead.id])
        if older:
            case.add(case.lead.mark_duplicate(older[0].other.record_id, now=now))
    await _plan_merges(connection, open_cases, policies, matches, now)


def _settled(pair: Candidate, let_in: Mapping[UUID, Mapping[str, Any]], now: datetime) -> Candidate:
    """Dismissed where somebody said of the lead, the newer one of two, that it is no duplicate."""
    newer = max(pair.a_id, pair.b_id) if pair.b_kind == "lead" else pair.a_id
    said = let_in.get(newer)
    return pair if said is None else pair.dismiss(said.get("let_in_by"), now=now)


async def _plan_merges(
    connection: AsyncConnection, cases: Sequence[Case], policies: Policies, matches: Matches, now: datetime
) -> None:
    """What becomes part of an older lead is not routed, owes no answer: nothing else is decided about it."""
    planned = []
    for case in cases:
        policy = policies.of(case.lead.source)
        twins = [each for each in _older_twins(case.lead.id, matches[case.lead.id]) if policy.merges(each)]
        if twins and not case.stays_apart:
            case.waits = True
            said = {**case.payload, "twins": [_told(each) for each in twins[:_MOST_TWINS]]}
            planned.append(Due(MERGE, case.lead.id, now, said, case.context.correlation_id))
    await plan_work(connection, planned)


def _told(found: Found) -> dict[str, Any]:
    return {"id": str(found.other.record_id), "score": found.match.score, "rule": found.match.rule}


async def _of_concern(
    connection: AsyncConnection, policies: Policies, asked: Mapping[UUID, Likeness], matches: Matches
) -> Matches:
    """Without the pairs that no policy looks at: that of the lead decides, of two leads that of the newer."""
    pairs = [_from_its_lead(asked[record_id], each) for record_id, found in matches.items() for each in found]
    leads = {one.record_id for one, _ in pairs if one.kind == "lead"}
    sources = await sources_of(connection, leads) if policies.own else {}

    def is_of_concern(pair: tuple[Likeness, Likeness]) -> bool:
        one, other = pair
        return one.kind != "lead" or policies.of(sources.get(one.record_id)).looks_at(other.kind)

    return {
        record_id: [each for each in found if is_of_concern(_from_its_lead(asked[record_id], each))]
        for record_id, found in matches.items()
    }


def _from_its_lead(asked: Likeness, found: Found) -> tuple[Likeness, Likeness]:
    """The pair, the lead that decides about it first, where there is one."""
    other = found.other
    newer = other.kind == asked.kind == "lead" and other.record_id > asked.record_id
    return (other, asked) if newer or (other.kind == "lead" and asked.kind != "lead") else (asked, other)


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
    policies = await policies_in_use(connection)
    matches = await find_matches(connection, list(asked.values()))
    found = candidates_of(asked, await _of_concern(connection, policies, asked, matches), now)
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


def _older_twins(lead_id: UUID, found: Sequence[Found]) -> list[Found]:
    """The older leads, the likest first; ids are given in the order of time."""
    return [each for each in found if each.other.kind == "lead" and each.other.record_id < lead_id]
