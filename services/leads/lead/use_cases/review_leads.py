"""Leads that changed, or all open ones, are looked at again soon."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead import repository
from services.leads.lead.domain import REVIEW
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.ids import new_id

REVIEW_ALL = "lead.review_all"
_EVERYTHING = UUID(int=0)
_AT_ONCE = 500


async def review_open_leads(connection: AsyncConnection, *, now: datetime) -> None:
    """All open leads, a chunk at a time; asked for again, it begins anew. Needs a transaction."""
    await plan_work(connection, [Due(REVIEW_ALL, _EVERYTHING, now)])


async def review_lead(connection: AsyncConnection, lead_id: UUID, *, now: datetime) -> None:
    """This one lead, because of something beside it. Needs a transaction."""
    await plan_work(connection, [Due(REVIEW, new_id(), now, {"record_id": lead_id})])


async def plan_next_reviews(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """The next chunk, and then the one after it."""
    for entry in entries:
        after = UUID(entry.payload.get("after", str(_EVERYTHING)))
        ids = await repository.open_after(connection, after, limit=_AT_ONCE)
        await plan_work(connection, [Due(REVIEW, new_id(), now, {"record_id": lead_id}) for lead_id in ids])
        if len(ids) == _AT_ONCE:
            await plan_work(connection, [Due(REVIEW_ALL, _EVERYTHING, now, {"after": ids[-1]})])


def about_leads(entries: Sequence[Due]) -> list[Due]:
    """One entry for each lead that reviews are about; what they say is put together."""
    merged: dict[UUID, Due] = {}
    for entry in entries:
        lead_id = UUID(entry.payload["record_id"])
        known = merged.get(lead_id)
        said = {name: value for name, value in entry.payload.items() if value}
        payload = {**(known.payload if known else {}), **said}
        merged[lead_id] = replace(entry, subject_id=lead_id, payload=payload)
    return list(merged.values())


async def review_soon(connection: AsyncConnection, lead_ids: Collection[UUID], now: datetime) -> None:
    """These leads are looked at again: something happened with them that did not change them."""
    await plan_work(connection, [Due(REVIEW, new_id(), now, {"record_id": each}) for each in lead_ids])
