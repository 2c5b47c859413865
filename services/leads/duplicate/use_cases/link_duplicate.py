"""A lead turns out to be of a contact or account that is there: it is linked, not merged."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.duplicate import repository
from services.leads.duplicate.domain import Candidate, DuplicateError
from services.leads.duplicate.use_cases.decide_duplicate import load_pair
from services.leads.lead.domain import Lead
from services.leads.lead.use_cases.decide_leads import lock_lead, save_leads
from services.leads.record.domain import Change, Draft
from shared.contracts.identity import Identity
from shared.observability import context
from shared.web.merge import require_version


async def link_duplicate(
    connection: AsyncConnection,
    identity: Identity,
    candidate_id: UUID,
    *,
    seen_version: int | None,
    now: datetime,
) -> Candidate:
    """The lead is of the contact, and of the account that one works for, or of the account; converting it
    uses them. Needs a transaction. Refuses a pair that is decided or without a lead, a lead that has ended
    and one that is of another."""
    candidate, _, other = await load_pair(connection, identity, candidate_id, lock=True)
    linked = candidate.link(context.actor.get(), now=now)
    _check_version(candidate, seen_version)
    lead = await _lock(connection, candidate)
    await _save(connection, lead, lead.link(_links(candidate, other), now=now))
    await repository.save(connection, linked)
    return linked


async def unlink_duplicate(
    connection: AsyncConnection,
    identity: Identity,
    candidate_id: UUID,
    *,
    seen_version: int | None,
    now: datetime,
) -> Candidate:
    """The pair waits again, and the lead is of nobody, but for what another linked pair says. Needs a
    transaction. Refuses a pair that is not linked, and a lead that has ended."""
    candidate, _, other = await load_pair(connection, identity, candidate_id, lock=True)
    parted = candidate.unlink(now=now)
    _check_version(candidate, seen_version)
    await repository.save(connection, parted)
    kept = await repository.linked_to(connection, candidate.a_id)
    names = [name for name, record_id in _links(candidate, other).items() if record_id not in kept]
    lead = await _lock(connection, candidate)
    await _save(connection, lead, lead.unlink(names, now=now))
    return parted


def _links(candidate: Candidate, other: Mapping[str, Any]) -> dict[str, UUID]:
    employer = other.get("account_id") if candidate.b_kind == "contact" else None
    links = {f"{candidate.b_kind}_id": candidate.b_id}
    return links if employer is None else {**links, "account_id": employer}


async def _lock(connection: AsyncConnection, candidate: Candidate) -> Lead:
    lead = await lock_lead(connection, candidate.a_id)
    if lead is None:
        raise DuplicateError("duplicate_not_found", "There is no such pair.")
    return lead


async def _save(connection: AsyncConnection, lead: Lead, change: Change[Lead] | None) -> None:
    if change is not None:
        await save_leads(connection, [Draft(lead, (change,))])


def _check_version(candidate: Candidate, seen_version: int | None) -> None:
    if seen_version is not None:
        require_version(candidate.version, seen_version)
