"""Somebody says what a pair is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.duplicate import repository
from services.leads.duplicate.domain import Candidate, DuplicateError
from services.leads.duplicate.records import shown
from shared.contracts.identity import Identity
from shared.observability import context
from shared.web.merge import require_version


async def load_pair(
    connection: AsyncConnection, identity: Identity, candidate_id: UUID, *, lock: bool = False
) -> tuple[Candidate, Mapping[str, Any], Mapping[str, Any]]:
    """The pair with both records. Refuses with `duplicate_not_found` unless the caller may see both."""
    found = await repository.find(connection, candidate_id, lock=lock)
    if found is None:
        raise _not_found()
    first = (await shown(connection, identity, found.a_kind, [found.a_id])).get(found.a_id)
    second = (await shown(connection, identity, found.b_kind, [found.b_id])).get(found.b_id)
    if first is None or second is None:
        raise _not_found()
    return found, first, second


async def dismiss_duplicate(
    connection: AsyncConnection,
    identity: Identity,
    candidate_id: UUID,
    *,
    seen_version: int | None,
    now: datetime,
) -> Candidate:
    """They are two and stay two, also when they are found again. Needs a transaction."""
    candidate, _, _ = await load_pair(connection, identity, candidate_id, lock=True)
    dismissed = candidate.dismiss(context.actor.get(), now=now)
    if seen_version is not None:
        require_version(candidate.version, seen_version)
    await repository.save(connection, dismissed)
    return dismissed


def _not_found() -> DuplicateError:
    return DuplicateError("duplicate_not_found", "There is no such pair.")
