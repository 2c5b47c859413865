"""Records and their facts written by one statement, however many there are.

Must never break: a history row, receipt or event is written exactly when its record is.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Integer,
    Row,
    Select,
    Table,
    Uuid,
    and_,
    any_,
    bindparam,
    column,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from services.leads.record.domain import Draft, R
from services.leads.tables import OUTBOX
from shared.contracts.envelope import Envelope, EventContext, wrap


class Change(Protocol):
    """A hashable description of a statement that writes records: built once, run often."""

    def build(self) -> ReturningInsert[Any] | ReturningUpdate[Any]:
        """The statement, with its rows as the parameter `records`."""
        ...

    def __hash__(self) -> int: ...


class Part(Protocol):
    """A hashable description of a part of the statement, which takes effect only for written records."""

    def build(self, written: CTE) -> CTE:
        """The part; `written` has the column `id` of the records that were written."""
        ...

    def __hash__(self) -> int: ...


class Guard(Protocol):
    """A hashable description of what must hold for records to be written."""

    def condition(self) -> ColumnElement[bool]:
        """The condition; its parameters are given with the statement's."""
        ...

    def __hash__(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Guarded:
    """A guard, and the parameters it is asked with."""

    guard: Guard
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AllOf:
    """All of these must hold."""

    guards: tuple[Guard, ...]

    def condition(self) -> ColumnElement[bool]:
        """Each with its own parameters."""
        return and_(*(guard.condition() for guard in self.guards))


def all_of(guarded: Sequence[Guarded]) -> Guarded | None:
    """Several guards as one; None when there are none."""
    parameters = {name: value for each in guarded for name, value in each.parameters.items()}
    return Guarded(AllOf(tuple(each.guard for each in guarded)), parameters) if guarded else None


@dataclass(frozen=True, slots=True)
class Beside:
    """What goes beside the records: the part, and the parameters it is run with."""

    part: Part
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class InsertNew:
    """New records. One whose unique key is taken is left out, and waits for whoever is just taking it.

    `guard`: nothing is written unless its condition holds.
    """

    table: Table
    columns: tuple[str, ...]
    guard: Guard | None = None

    def build(self) -> ReturningInsert[Any]:
        """`INSERT ... SELECT ... ON CONFLICT DO NOTHING RETURNING id`."""
        rows = rows_of(self.table, "records")
        chosen = select(*(rows.c[name] for name in self.columns))
        if self.guard is not None:
            chosen = chosen.where(self.guard.condition())
        new = insert(self.table).from_select(list(self.columns), chosen, include_defaults=False)
        return new.on_conflict_do_nothing().returning(self.table.c.id)


@dataclass(frozen=True, slots=True)
class UpdateChanged:
    """Records as they are now, where they are still at the versions `expected`. Rows are locked in the order
    of their ids, so that overlapping batches wait for each other instead of blocking each other."""

    table: Table
    columns: tuple[str, ...]

    def build(self) -> ReturningUpdate[Any]:
        """`UPDATE ... RETURNING id`, with the parameters `ids` and `expected` beside `records`."""
        rows = rows_of(self.table, "records")
        ids = bindparam("ids", type_=ARRAY(Uuid()))
        known = func.unnest(ids, bindparam("expected", type_=ARRAY(Integer()))).table_valued(
            column("id", Uuid), column("version", Integer), name="known"
        )
        known = known.render_derived()
        record = self.table.c
        in_order = select(record.id).where(record.id == any_(ids)).order_by(record.id)
        locked = in_order.with_for_update().cte("locked")
        kept = ("id", "created_at")
        return (
            update(self.table)
            .values({name: rows.c[name] for name in self.columns if name not in kept})
            .where(
                record.id == locked.c.id,
                record.id == rows.c.id,
                record.id == known.c.id,
                record.version == known.c.version,
            )
            .returning(record.id)
        )


@dataclass(frozen=True, slots=True)
class RowsOf:
    """Rows of another table, each written only when the record its column `record` names is."""

    table: Table
    columns: tuple[str, ...]
    record: str

    def build(self, written: CTE) -> CTE:
        """The insert, with its rows as the parameter `<table>_rows`."""
        rows = rows_of(self.table, f"{self.table.name}_rows")
        chosen = select(*(rows.c[name] for name in self.columns)).where(
            rows.c[self.record].in_(select(written.c.id))
        )
        new = insert(self.table).from_select(list(self.columns), chosen, include_defaults=False)
        return new.cte(f"{self.table.name}_beside")


def rows_beside(table: Table, rows: Sequence[Mapping[str, Any]], *, record: str) -> Beside:
    """These rows, which all have the same keys."""
    return Beside(RowsOf(table, tuple(rows[0]), record), {f"{table.name}_rows": rows})


def rows_of(table: Table, parameter: str) -> FromClause:
    """A parameter of JSON objects as rows of the table."""
    shape: ColumnElement[Any] = literal_column(f'NULL::"{table.name}"')
    columns = [column(each.name, each.type) for each in table.columns]
    rows = func.jsonb_populate_recordset(shape, bindparam(parameter, type_=JSONB()))
    return rows.table_valued(*columns, name=f"{parameter}_given")


async def write(
    connection: AsyncConnection,
    change: Change,
    parameters: Mapping[str, Any],
    *,
    envelopes: Sequence[Envelope] = (),
    beside: Sequence[Beside] = (),
) -> Sequence[Row[Any]]:
    """Run the change with everything that goes with it, as one statement. Answers what the change returns,
    which is the `id` of each record it has written and what else it says."""
    parts = _parts(beside)
    statement = _statement(change, tuple(parts), announces=bool(envelopes))
    values = dict(parameters)
    for given in parts.values():
        values |= given
    if envelopes:
        values |= OUTBOX.parameters(envelopes)
    written: Sequence[Row[Any]] = (await connection.execute(statement, values)).all()
    if len(written) < len(parameters["records"]) and envelopes:
        there = {row.id for row in written}
        OUTBOX.withdraw([envelope for envelope in envelopes if envelope.subject not in there])
    return written


def _parts(beside: Sequence[Beside]) -> dict[Part, dict[str, Any]]:
    """The parts with their parameters. The same part twice is one, with the rows of both."""
    parts: dict[Part, dict[str, Any]] = {}
    for each in beside:
        given = parts.setdefault(each.part, {})
        for name, value in each.parameters.items():
            given[name] = [*given[name], *value] if name in given else value
    return parts


@lru_cache(maxsize=200)
def _statement(change: Change, parts: tuple[Part, ...], *, announces: bool) -> Select[Any]:
    """Built once for each shape: building it takes longer than running it."""
    written = change.build().cte("written")
    statement = select(written)
    for part in parts:
        statement = statement.add_cte(part.build(written))
    return statement.add_cte(OUTBOX.announcing(among=written)) if announces else statement


def envelopes_of(drafts: Iterable[Draft[R]], context: EventContext) -> list[Envelope]:
    """The events of all steps, in the order of the versions."""
    envelopes = []
    for draft in drafts:
        for step in draft.steps:
            if step.event is not None:
                after = step.after
                cause = draft.context or context
                envelopes.append(
                    wrap(step.event, subject=after.id, sequence=after.version, time=step.at, context=cause)
                )
    return envelopes
