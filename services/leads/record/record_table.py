"""A table of records: rows to frozen dataclasses and back, found by id or origin, written with facts."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    RowMapping,
    Select,
    Table,
    Text,
    Uuid,
    any_,
    exists,
    literal,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.domain import Draft, Key, R, field_names, merged_into, money_of
from services.leads.record.repository import Beside, Guarded, InsertNew, UpdateChanged, envelopes_of, write
from shared.contracts.envelope import EventContext

K = TypeVar("K")


def _nothing(_: Sequence[Draft[R]]) -> Sequence[Beside]:
    return ()


@dataclass(frozen=True)
class RecordTable(Generic[R]):
    """`money`: field -> the columns of amount and currency. Every other field is the column of its name.
    `with_each`: what always goes beside the records."""

    table: Table
    kind: type[R]
    money: Mapping[str, tuple[str, str]]
    with_each: Callable[[Sequence[Draft[R]]], Sequence[Beside]] = _nothing

    @cached_property
    def plain(self) -> tuple[str, ...]:
        """The fields that are columns as they are."""
        return tuple(name for name in field_names(self.kind) if name not in self.money)

    @cached_property
    def lists(self) -> tuple[str, ...]:
        """The fields that hold several texts."""
        return tuple(name for name in self.plain if isinstance(self.table.c[name].type, ARRAY))

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """All columns, in the order of the rows."""
        return (*self.plain, *(column for pair in self.money.values() for column in pair))

    @cached_property
    def everything(self) -> Select[Any]:
        """Reads whole records; made once, to be narrowed down."""
        return select(self.table)

    def row_of(self, record: R) -> dict[str, Any]:
        """The record as a row to write."""
        row = {name: getattr(record, name) for name in self.plain}
        for name, (amount, currency) in self.money.items():
            value = getattr(record, name)
            row[amount] = value.amount if value else None
            row[currency] = value.currency if value else None
        return row

    def record_of(self, row: RowMapping) -> R:
        """A row of the table as a record."""
        values = {name: row[name] for name in self.plain}
        for name in self.lists:
            values[name] = tuple(values[name])
        for name, (amount, currency) in self.money.items():
            values[name] = money_of(row[amount], row[currency])
        return self.kind(**values)

    async def find(
        self, connection: AsyncConnection, record_id: UUID, within: ColumnElement[bool], *, lock: bool = False
    ) -> R | None:
        """The record, when it is within what the caller may see. `lock`: until the transaction ends."""
        query = self.everything.where(self.table.c.id == record_id, within)
        rows = await connection.execute(query.with_for_update() if lock else query)
        row = rows.mappings().first()
        return None if row is None else self.record_of(row)

    async def find_many(self, connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, R]:
        """The records that have these ids, whoever owns them."""
        wanted = literal(sorted(set(ids)), ARRAY(Uuid))
        found = await self.find_where(connection, self.table.c.id == any_(wanted))
        return {record.id: record for record in found}

    async def lock_many(self, connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, R]:
        """The same, unchanged by others until the transaction ends. In the order of ids, as all who lock."""
        wanted = self.everything.where(self.table.c.id == any_(literal(sorted(set(ids)), ARRAY(Uuid))))
        rows = await connection.execute(wanted.order_by(self.table.c.id).with_for_update())
        return {row["id"]: self.record_of(row) for row in rows.mappings()}

    async def find_where(self, connection: AsyncConnection, *conditions: ColumnElement[bool]) -> list[R]:
        """The records for which all conditions hold. The conditions bound how many there can be."""
        rows = await connection.execute(self.everything.where(*conditions))
        return [self.record_of(row) for row in rows.mappings()]

    async def find_loaded(self, connection: AsyncConnection, keys: Sequence[Key]) -> dict[Key, R]:
        """The records by (source system, external id); one query for each source system. For one that was
        merged the record it is part of now."""
        found: dict[Key, R] = {}
        for system in sorted({system for system, _ in keys}):
            ids = [external_id for source, external_id in keys if source == system]
            rows = await connection.execute(
                self.everything.where(
                    self.table.c.source_system == system,
                    self.table.c.external_id == any_(literal(ids, ARRAY(Text))),
                )
            )
            found |= {(system, row["external_id"]): self.record_of(row) for row in rows.mappings()}
        return await self.as_merged(connection, found)

    async def as_merged(self, connection: AsyncConnection, found: Mapping[K, R]) -> dict[K, R]:
        """The same with each merged record replaced by the one it is part of, however often that was merged
        on. Asks nothing while none is merged."""
        followed = dict(found)
        while merged := {key: into for key, record in followed.items() if (into := merged_into(record))}:
            winners = await self.find_many(connection, list(merged.values()))
            followed |= {key: winners[into] for key, into in merged.items()}
        return followed

    async def known_keys(
        self, connection: AsyncConnection, keys: Sequence[Key], within: ColumnElement[bool]
    ) -> dict[Key, tuple[UUID, bool]]:
        """The records of these origins: id, and whether it is within what the caller may see."""
        known: dict[Key, tuple[UUID, bool]] = {}
        columns = (self.table.c.id, self.table.c.external_id, within.label("visible"))
        for system in sorted({system for system, _ in keys}):
            ids = [external_id for source, external_id in keys if source == system]
            rows = await connection.execute(
                select(*columns).where(
                    self.table.c.source_system == system,
                    self.table.c.external_id == any_(literal(ids, ARRAY(Text))),
                )
            )
            known |= {(system, row.external_id): (row.id, bool(row.visible)) for row in rows}
        return known

    async def existing(
        self, connection: AsyncConnection, ids: Collection[UUID], within: ColumnElement[bool]
    ) -> set[UUID]:
        """Those of the ids that are records within what the caller may see."""
        wanted = literal(sorted(ids), ARRAY(Uuid))
        column = self.table.c.id
        return set(await connection.scalars(select(column).where(column == any_(wanted), within)))

    async def lock_some(
        self, connection: AsyncConnection, condition: ColumnElement[bool], *, most: int
    ) -> list[R]:
        """The first records in the order of their ids, unchanged by others until the transaction ends."""
        query = self.everything.where(condition).order_by(self.table.c.id).limit(most)
        rows = await connection.execute(query.with_for_update())
        return [self.record_of(row) for row in rows.mappings()]

    async def find_after(self, connection: AsyncConnection, after: UUID, *, most: int) -> list[R]:
        """The next records in the order of their ids, at most `most`."""
        key = self.table.c.id
        rows = await connection.execute(self.everything.where(key > after).order_by(key).limit(most))
        return [self.record_of(row) for row in rows.mappings()]

    def in_view(self, record_id: ColumnElement[UUID], within: ColumnElement[bool]) -> ColumnElement[bool]:
        """Whether that record is within what the caller may see, as a part of another query."""
        return exists(select(self.table.c.id).where(self.table.c.id == record_id, within))

    async def insert_new(
        self,
        connection: AsyncConnection,
        drafts: Sequence[Draft[R]],
        context: EventContext,
        *,
        beside: Sequence[Beside] = (),
        guarded: Guarded | None = None,
    ) -> dict[UUID, R]:
        """Write new records with their events, in one statement. One whose origin is taken is left out, and
        waits for whoever is just taking it. None is written unless the guard's condition holds."""
        rows = {"records": [self.row_of(draft.after) for draft in drafts]}
        written = await write(
            connection,
            InsertNew(self.table, self.columns, guarded.guard if guarded else None),
            {**rows, **(guarded.parameters if guarded else {})},
            envelopes=envelopes_of(drafts, context),
            beside=[*beside, *self.with_each(drafts)],
        )
        return _written(drafts, {row.id for row in written})

    async def save(
        self,
        connection: AsyncConnection,
        drafts: Sequence[Draft[R]],
        context: EventContext,
        *,
        beside: Sequence[Beside] = (),
    ) -> dict[UUID, R]:
        """Write the next versions; a record that somebody else changed meanwhile is left out."""
        written = await write(
            connection,
            UpdateChanged(self.table, self.columns),
            {
                "records": [self.row_of(draft.after) for draft in drafts],
                "ids": [draft.after.id for draft in drafts],
                "expected": [draft.before.version for draft in drafts if draft.before is not None],
            },
            envelopes=envelopes_of(drafts, context),
            beside=[*beside, *self.with_each(drafts)],
        )
        return _written(drafts, {row.id for row in written})


def _written(drafts: Sequence[Draft[R]], ids: Collection[UUID]) -> dict[UUID, R]:
    return {draft.after.id: draft.after for draft in drafts if draft.after.id in ids}
