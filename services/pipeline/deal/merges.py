"""What became part of another record, and the deals that went with it."""

from collections.abc import Collection, Sequence
from typing import Literal
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Text,
    Uuid,
    any_,
    column,
    func,
    literal,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.repository import locked
from services.pipeline.deal.tables import deal, deal_move, record_merge
from shared.persistence.bulk import (
    insert_rows,
)

LinkField = Literal["lead_id", "account_id", "contact_id"]
_D = deal.c


async def lock_naming(connection: AsyncConnection, field: LinkField, record_id: UUID) -> list[Deal]:
    """All deals that name this record, unchanged by others until the transaction ends."""
    return await locked(connection, deal.c[field] == record_id)


async def lock_moved(connection: AsyncConnection, merge_id: UUID, field: LinkField, was: UUID) -> list[Deal]:
    """The deals that went with a merged record, locked in the same way."""
    moved = select(deal_move.c.deal_id).where(
        deal_move.c.merge_id == merge_id, deal_move.c.field == field, deal_move.c.was == was
    )
    return await locked(connection, _D.id.in_(moved))


async def stand_by(connection: AsyncConnection, records: Collection[UUID], *, merging: bool = False) -> None:
    """Until the transaction ends none of these is merged or parted; `merging`: and nobody else stands by."""
    given = func.unnest(literal(sorted(map(str, records)), ARRAY(Text))).table_valued(
        column("record", Text), name="given"
    )
    key = func.hashtextextended(given.render_derived().c.record, 0)
    lock = func.pg_advisory_xact_lock(key) if merging else func.pg_advisory_xact_lock_shared(key)
    await connection.execute(select(lock))


async def note_merge(
    connection: AsyncConnection, record_id: UUID, merge_id: UUID, merged_into: UUID | None, sequence: int
) -> None:
    """What the record is part of now, None for nothing; late and repeated news change nothing."""
    row = {"record_id": record_id, "sequence": sequence, "merge_id": merge_id, "merged_into": merged_into}
    new = insert_rows(record_merge, [row])
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=["record_id"],
            set_={name: new.excluded[name] for name in ("sequence", "merge_id", "merged_into")},
            where=record_merge.c.sequence < new.excluded.sequence,
        )
    )


async def merges_of(connection: AsyncConnection, records: Collection[UUID]) -> dict[UUID, tuple[UUID, UUID]]:
    """For those that are part of another record: that one, and by which merge."""
    wanted = record_merge.c.record_id == any_(literal(sorted(records), ARRAY(Uuid)))
    rows = await connection.execute(
        select(record_merge).where(wanted, record_merge.c.merged_into.is_not(None))
    )
    return {row.record_id: (row.merged_into, row.merge_id) for row in rows}


async def note_moves(
    connection: AsyncConnection, merge_id: UUID, field: LinkField, was: UUID, deals: Sequence[UUID]
) -> None:
    """Remember which deals went with the record."""
    rows = [{"merge_id": merge_id, "deal_id": deal_id, "field": field, "was": was} for deal_id in deals]
    if rows:
        await connection.execute(insert_rows(deal_move, rows).on_conflict_do_nothing())
