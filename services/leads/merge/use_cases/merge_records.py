"""Several records become one: what is known, what was done and what is linked, in one transaction."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic_core import to_jsonable_python
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.duplicate.use_cases.settle_duplicates import settle_duplicates
from services.leads.lead.domain import Lead
from services.leads.merge import repository
from services.leads.merge.domain import Merge
from services.leads.merge.kinds import KINDS, Merging
from services.leads.merge.schemas import MergeBody
from services.leads.merge.use_cases.look_after_leads import look_after_winner
from services.leads.merge.use_cases.preview_merge import load_records, wanted_values
from services.leads.record.domain import Change, Draft
from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.observability import context


async def merge_records(
    connection: AsyncConnection,
    identity: Identity | None,
    body: MergeBody,
    *,
    now: datetime,
    why: Mapping[str, Any] | None = None,
) -> Merge:
    """The merge. Without identity it is the system's own, and `why` stands in the losers' history. Needs a
    transaction.

    Refuses records the caller may not see, `record_merged`, `merge_conflict`, and impossible choices.
    """
    merging = KINDS[body.kind]
    winner, *losers = await load_records(connection, identity, body, lock=True)
    wanted = await wanted_values(connection, merging, [winner, *losers], body.fields)
    merge_id = new_id()
    absorbed: Change[Any] | None = merging.absorb(winner, wanted, now)
    drafts = [Draft(winner, (absorbed,))] if absorbed is not None else []
    for loser in losers:
        step: Change[Any] = loser.merge_into(winner.id, merge_id, now=now)
        drafts.append(Draft(loser, (replace(step, details=why or {}),)))
    await write(connection, merging, drafts)
    moved = {
        link.name: [
            (str(each.id), str(each.was))
            for each in await link.move(connection, body.loser_ids, winner.id, now)
        ]
        for link in merging.links
    }
    merge = Merge(
        id=merge_id,
        kind=body.kind,
        winner_id=winner.id,
        loser_ids=tuple(body.loser_ids),
        choices={name: str(choice) for name, choice in body.fields.items()},
        written=to_jsonable_python(absorbed.fields) if absorbed is not None else {},
        moved=moved,
        merged_at=now,
        merged_by=context.actor.get(),
        winner_version=winner.version if absorbed is None else absorbed.after.version,
        automatic=identity is None,
        note=body.note,
    )
    await repository.add(connection, merge)
    await settle_duplicates(connection, merge.loser_ids, merge_id, now=now)
    if isinstance(winner, Lead) and absorbed is not None:
        await look_after_winner(connection, winner, absorbed.after, now)
    return merge


async def write(connection: AsyncConnection, merging: Merging[Any], drafts: list[Draft[Any]]) -> None:
    """All of them, which are locked."""
    if drafts and len(await merging.save(connection, drafts)) < len(drafts):
        raise DomainError("temporarily_unavailable", "They are being changed by many at once; try again.")
