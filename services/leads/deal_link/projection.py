"""Deals' events become the replica's rows. Fed late or twice, a row still ends at its newest version."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.deal_link.tables import known_deal
from shared.persistence.bulk import insert_rows


async def keep_newest(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Upsert the rows, the newest of each deal, with one statement."""
    newest = {row["id"]: row for row in sorted(rows, key=lambda row: int(row["sequence"]))}
    in_order = [newest[deal_id] for deal_id in sorted(newest)]
    new = insert_rows(known_deal, in_order)
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=["id"],
            set_={name: new.excluded[name] for name in in_order[0] if name != "id"},
            where=known_deal.c.sequence < new.excluded.sequence,
        )
    )
