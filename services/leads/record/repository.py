"""Records and their facts written by one statement, however many there are.

Must never break: a history row, receipt or event is written exactly when its record is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import (
    CTE,
    ColumnElement,
    Integer,
    Row,
    Table,
    Update,
    Uuid,
    any_,
    column,
    func,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, Insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.domain import Draft, R
from services.leads.tables import OUTBOX
from shared.contracts.envelope import Envelope, EventContext, wrap
from shared.persistence.bulk import Row as RowToWrite
from shared.persistence.bulk import insert_rows, recordset


class Beside(Protocol):
    """A part of the statement that takes effect only for the records it writes."""

    def cte(self, written: CTE) -> CTE:
        """The part; `written` has the column `id` of the records that were written."""
        ...


@dataclass(frozen=True, slots=True)
class RowsBeside:
    """Rows of another table, each written only when the record its column `record` names is."""

    table: Table
    rows: Sequence[RowToWrite]
    record: str

    def cte(self, written: CTE) -> CTE:
        """The insert of the rows that belong to written records."""
        theirs = literal_column(f"rows.{self.record}").in_(select(written.c.id))
        return insert_rows(self.table, self.rows, only_if=theirs).cte(f"{self.table.name}_beside")


def update_changed(table: Table, rows: Sequence[RowToWrite], expected: Sequence[int]) -> Update:
    """Records as they are now, where they are still at the `expected` versions. Rows are locked in id order,
    so that overlapping batches wait for each other instead of blocking each other."""
    changed = recordset(table, rows, name="changed")
    ids = [row["id"] for row in rows]
    known = (
        func.unnest(literal(ids, ARRAY(Uuid)), literal(list(expected), ARRAY(Integer)))
        .table_valued(column("id", Uuid), column("version", Integer), name="expected")
        .render_derived()
    )
    in_order = select(table.c.id).where(table.c.id == any_(literal(ids, ARRAY(Uuid)))).order_by(table.c.id)
    locked = in_order.with_for_update().cte("locked")
    return (
        update(table)
        .values({name: changed.c[name] for name in rows[0] if name not in ("id", "created_at")})
        .where(
            table.c.id == locked.c.id,
            table.c.id == changed.c.id,
            table.c.id == known.c.id,
            table.c.version == known.c.version,
        )
    )


async def write(
    connection: AsyncConnection,
    change: Insert | Update,
    *,
    envelopes: Sequence[Envelope] = (),
    beside: Iterable[Beside] = (),
    returning: Sequence[ColumnElement[Any]] = (),
) -> list[Row[Any]]:
    """Run the change with everything that goes with it, as one statement. Answers the records written:
    their `id` and what else is to be returned."""
    table: Table = change.table  # type: ignore[assignment]  # an Insert or Update of a Table
    written = change.returning(table.c.id, *returning).cte("written")
    statement = select(written)
    for part in beside:
        statement = statement.add_cte(part.cte(written))
    if envelopes:
        statement = statement.add_cte(OUTBOX.announce(envelopes, among=written))
    found = list((await connection.execute(statement)).all())
    if envelopes:
        there = {row.id for row in found}
        OUTBOX.withdraw([envelope for envelope in envelopes if envelope.subject not in there])
    return found


def envelopes_of(drafts: Iterable[Draft[R]], context: EventContext) -> list[Envelope]:
    """The events of all steps, in the order of the versions."""
    envelopes = []
    for draft in drafts:
        for step in draft.steps:
            if step.event is not None:
                after = step.after
                envelopes.append(
                    wrap(step.event, subject=after.id, sequence=after.version, time=step.at, context=context)
                )
    return envelopes
