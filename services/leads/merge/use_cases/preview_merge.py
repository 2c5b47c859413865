"""What a merge would make of records, and what it needs to know for that."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, any_, literal, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.use_cases.check_parents import known_parents
from services.leads.deal_link.use_cases.find_deals import count_deals
from services.leads.merge.domain import (
    Choice,
    MergeError,
    alternatives,
    check_choices,
    check_mergeable,
    taken_over,
)
from services.leads.merge.kinds import KINDS, Merging
from services.leads.merge.schemas import MergeBody
from services.leads.record.use_cases.await_references import unknown_reference
from shared.contracts.identity import Identity


async def preview_merge(
    connection: AsyncConnection, identity: Identity, body: MergeBody, *, now: datetime
) -> dict[str, Any]:
    """The winner as it would be, where the records differ, and how much would be moved. Writes nothing."""
    merging = KINDS[body.kind]
    records = await load_records(connection, identity, body, lock=False)
    wanted = await wanted_values(connection, merging, records, body.fields)
    change = merging.absorb(records[0], wanted, now)
    moved = {link.name: await link.count(connection, body.loser_ids) for link in merging.links}
    return {
        "kind": body.kind,
        "winner_id": body.winner_id,
        "loser_ids": body.loser_ids,
        "result": merging.shown(records[0] if change is None else change.after),
        "changed": [] if change is None else sorted(change.fields),
        "alternatives": alternatives(body.kind, records),
        "moved": {**moved, "deals": await count_deals(connection, body.kind, body.loser_ids)},
    }


async def load_records(
    connection: AsyncConnection, identity: Identity | None, body: MergeBody, *, lock: bool
) -> list[Any]:
    """The winner and the losers in the order they were named. Refuses what the caller may not see."""
    merging = KINDS[body.kind]
    wanted = [body.winner_id, *body.loser_ids]
    these = merging.table.table.c.id == any_(literal(wanted, ARRAY(Uuid)))
    seen = true() if identity is None else merging.visible(identity)
    found = (
        await merging.table.lock_some(connection, these & seen, most=len(wanted))
        if lock
        else await merging.table.find_where(connection, these, seen)
    )
    by_id = {record.id: record for record in found}
    if body.winner_id not in by_id:
        raise unknown_reference("winner_id", body.kind)
    for index, loser_id in enumerate(body.loser_ids):
        if loser_id not in by_id:
            raise unknown_reference(f"loser_ids/{index}", body.kind)
    return [by_id[each] for each in wanted]


async def wanted_values(
    connection: AsyncConnection, merging: Merging[Any], records: Sequence[Any], choices: Mapping[str, Choice]
) -> dict[str, Any]:
    """What the winner takes over. Refuses what cannot become one, and choices that cannot be made."""
    check_mergeable(merging.kind, records)
    check_choices(merging.kind, records, choices)
    wanted = taken_over(merging.kind, records, choices)
    if merging.kind == "account":
        wanted["parent_id"] = await _parent(connection, records, wanted["parent_id"])
    return wanted


async def _parent(connection: AsyncConnection, records: Sequence[Any], wanted: UUID | None) -> UUID | None:
    """The wanted parent, unless it lies below the winner. Refuses a winner that lies below a loser."""
    merged, own = {record.id for record in records}, records[0].parent_id
    parents = await known_parents(connection, [wanted, own])
    if own not in merged and merged & _above(own, parents):
        detail = "The winner lies below a loser in the tree of accounts; let the upper one win."
        raise MergeError("merge_conflict", detail)
    if merged & _above(wanted, parents):
        return None if own in merged else own
    return wanted


def _above(account_id: UUID | None, parents: Mapping[UUID, UUID | None]) -> set[UUID]:
    chain: set[UUID] = set()
    while account_id is not None and account_id not in chain:
        chain.add(account_id)
        account_id = parents.get(account_id)
    return chain
