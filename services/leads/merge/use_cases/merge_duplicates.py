"""New leads of sources whose policy is to merge become part of the older leads they look like."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.domain import TRIAGE_AGAIN, Lead
from services.leads.lead.repository import LEADS
from services.leads.merge.fields import FIELDS, LEADING
from services.leads.merge.schemas import MergeBody
from services.leads.merge.use_cases.merge_records import merge_records
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.errors import DomainError
from shared.contracts.ids import new_id
from shared.observability import context


async def merge_duplicates(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Handler of the agenda. The older lead keeps what it has and takes over what it lacks.

    Of each lead's twins the first that is open counts, or the lead that one is part of by now. Where none is,
    or they cannot become one, the lead goes on as one of its own.
    """
    named = {UUID(twin["id"]) for entry in entries for twin in entry.payload["twins"]}
    await LEADS.lock_many(connection, {entry.subject_id for entry in entries} | named)
    for entry in entries:
        context.correlation_id.set(entry.correlation_id or "-")
        lead = (await LEADS.find_many(connection, [entry.subject_id])).get(entry.subject_id)
        if lead is not None and lead.merges_by_itself and not await _merge(connection, lead, entry, now):
            said = {**entry.payload, "record_id": lead.id, "apart": True}
            await plan_work(connection, [Due(TRIAGE_AGAIN, new_id(), now, said, entry.correlation_id)])


async def _merge(connection: AsyncConnection, lead: Lead, entry: Due, now: datetime) -> bool:
    """Whether it was merged."""
    twins: list[Mapping[str, Any]] = entry.payload["twins"]
    found = await LEADS.find_many(connection, [UUID(twin["id"]) for twin in twins])
    current = await LEADS.as_merged(connection, found)
    for twin in twins:
        winner = current.get(UUID(twin["id"]))
        if winner is None or winner.id == lead.id or not winner.merges_by_itself:
            continue
        why = {"reason": "policy of its source", "score": twin["score"], "rule": twin["rule"]}
        body = MergeBody(
            kind="lead", winner_id=winner.id, loser_ids=[lead.id], fields=_kept(winner), note=twin["rule"]
        )
        try:
            async with connection.begin_nested():
                await merge_records(connection, None, body, now=now, why=why)
        except DomainError:
            continue
        return True
    return False


def _kept(winner: Lead) -> dict[str, UUID]:
    """Of values that belong to each other the winner keeps its own, where it has any."""
    return {
        name: winner.id
        for name in FIELDS["lead"].together
        if any(getattr(winner, each) is not None for each in LEADING[name])
    }
