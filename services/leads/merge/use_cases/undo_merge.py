"""A merge was wrong: the records stand for themselves again, and what happened since stays."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import to_jsonable_python
from sqlalchemy import Uuid, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.duplicate.use_cases.settle_duplicates import unsettle_duplicates
from services.leads.merge import repository
from services.leads.merge.domain import Merge, MergeError
from services.leads.merge.kinds import KINDS, Merging
from services.leads.merge.use_cases.look_after_leads import look_after_parted
from services.leads.merge.use_cases.merge_records import write
from services.leads.record.domain import Draft
from services.leads.record.use_cases.relink import Moved
from shared.contracts.identity import Identity
from shared.observability import context
from shared.web.merge import require_version

NotRestored = list[dict[str, Any]]


async def load_merge(
    connection: AsyncConnection, identity: Identity, merge_id: UUID, *, lock: bool = False
) -> Merge:
    """The merge. Refuses with `merge_not_found` unless the caller may see all its records."""
    merge = await repository.find(connection, merge_id, lock=lock)
    if merge is not None:
        merging = KINDS[merge.kind]
        ids = {merge.winner_id, *merge.loser_ids}
        if await merging.table.existing(connection, ids, merging.visible(identity)) == ids:
            return merge
    raise MergeError("merge_not_found", "There is no such merge.")


async def undo_merge(
    connection: AsyncConnection,
    identity: Identity,
    merge_id: UUID,
    *,
    seen_version: int | None,
    now: datetime,
) -> Merge:
    """The merge, undone, with what could not be given back. Needs a transaction.

    Refuses with `state_conflict` when it was undone before, and with `merge_not_undoable` when a record was
    merged into another since, or the winning lead was converted since.
    """
    merge = await load_merge(connection, identity, merge_id, lock=True)
    if merge.status != "done":
        raise MergeError("state_conflict", "The merge was undone before.")
    if seen_version is not None:
        require_version(merge.version, seen_version)
    merging = KINDS[merge.kind]
    these = merging.table.table.c.id == any_(literal([merge.winner_id, *merge.loser_ids], ARRAY(Uuid)))
    found = await merging.table.lock_some(connection, these, most=1 + len(merge.loser_ids))
    records = {record.id: record for record in found}
    winner, losers = records[merge.winner_id], [records[each] for each in merge.loser_ids]
    _check_undoable(merge, winner, losers)

    values, not_restored = _given_back(merging, merge, winner)
    released = merging.release(winner, values, now)
    drafts = [Draft(winner, (released,))] if released is not None else []
    drafts += [Draft(loser, (loser.unmerge(merge.id, now=now),)) for loser in losers]
    await write(connection, merging, drafts)
    not_restored += await _move_back(connection, merging, merge, now)
    await unsettle_duplicates(connection, merge.id, now=now)

    undone = replace(
        merge,
        status="undone",
        version=merge.version + 1,
        undone_at=now,
        undone_by=context.actor.get(),
        not_restored=tuple(not_restored),
    )
    await repository.save(connection, undone)
    if merge.kind == "lead":
        await look_after_parted(connection, [draft.after for draft in drafts], now)
    return undone


def _check_undoable(merge: Merge, winner: Any, losers: Sequence[Any]) -> None:
    if winner.merged_into is not None:
        raise MergeError(
            "merge_not_undoable",
            f"The winner was merged into {winner.merged_into} since; undo that merge first.",
            extra={"merged_into": winner.merged_into},
        )
    if winner.field_versions.get("converted_at", 0) > merge.winner_version:
        raise MergeError("merge_not_undoable", "The winner was converted since.")
    if any(loser.merged_into != merge.winner_id for loser in losers):
        raise MergeError("merge_not_undoable", "A loser is part of another record by now.")


def _given_back(merging: Merging[Any], merge: Merge, winner: Any) -> tuple[dict[str, Any], NotRestored]:
    """What the winner had before, of all fields that still hold what the merge wrote."""
    values: dict[str, Any] = {}
    kept: NotRestored = []
    for name, (before, after) in merge.written.items():
        if getattr(winner, name) == merging.value(name, after):
            values[name] = merging.value(name, before)
        else:
            now_there = to_jsonable_python(getattr(winner, name))
            kept.append({"record_id": str(winner.id), "field": name, "was": before, "is": now_there})
    return values, kept


async def _move_back(
    connection: AsyncConnection, merging: Merging[Any], merge: Merge, now: datetime
) -> NotRestored:
    kept: NotRestored = []
    for link in reversed(merging.links):
        moved = [Moved(UUID(record), UUID(was)) for record, was in merge.moved.get(link.name, ())]
        left = await link.give_back(connection, moved, merge.winner_id, now)
        kept += [{"record_id": str(each), "link": link.name, "field": link.field} for each in left]
    return kept
