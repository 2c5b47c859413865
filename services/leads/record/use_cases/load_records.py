"""Records made by members or loaded from other systems: one, or a batch upserted by origin."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, True_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.domain import Change, Draft, Key, R, gaps, origin_of
from services.leads.record.record_table import RecordTable
from services.leads.record.use_cases.upsert_batch import Group
from services.leads.tables import SOURCE
from shared.contracts.errors import DomainError, FieldError
from shared.observability.causes import event_context


@dataclass(frozen=True, slots=True)
class LoadedItem:
    """One record as it was sent: its own fields, and what is fixed at birth (owner, dates, origin)."""

    index: int
    key: Key | None
    values: Mapping[str, Any]
    birth: Mapping[str, Any] = field(default_factory=dict)


class Born(Protocol):
    """A body that may say where and when its record comes from."""

    @property
    def source_system(self) -> str | None: ...
    @property
    def external_id(self) -> str | None: ...
    @property
    def created_at(self) -> datetime | None: ...


def birth(body: Born, owner_id: UUID | None) -> dict[str, Any]:
    """What is fixed when the record is made; later loads leave it."""
    return {
        "owner_id": owner_id,
        "source_system": body.source_system,
        "external_id": body.external_id,
        "created_at": body.created_at,
    }


@dataclass(slots=True)
class LoadedRecords(Generic[R]):
    """Keeps batches of one kind of record; a key is (source system, external id). `within`: what the caller
    may see, and so renew."""

    connection: AsyncConnection
    table: RecordTable[R]
    make: Callable[[LoadedItem], Change[R]]
    edit: Callable[[R, Mapping[str, Any]], Change[R] | None]
    within: ColumnElement[bool]
    hidden: set[UUID] = field(default_factory=set)

    async def find(self, keys: Sequence[Key]) -> Mapping[Key, R]:
        """The records that have these keys."""
        found = await self.table.find_loaded(self.connection, keys)
        self.hidden |= await out_of_view(self.connection, self.table, found.values(), self.within)
        return found

    def start(self, item: LoadedItem) -> Change[R]:
        """A new record."""
        return self.make(item)

    def renew(self, record: R, item: LoadedItem) -> Change[R] | None:
        """The record with what the other system knows now. One that was put away is brought back; one
        that the item's record was merged into only gets what it lacks. Refuses one that is not in view."""
        if record.id in self.hidden:
            raise taken_out_of_view()
        if origin_of(record) != item.key:
            return self.edit(record, gaps(record, item.values))
        return self.edit(record, {**item.values, "archived_at": None})

    async def screen(self, groups: Sequence[Group[R, LoadedItem]]) -> Mapping[UUID, DomainError]:
        """All are let in."""
        return {}

    async def insert(self, groups: Sequence[Group[R, LoadedItem]]) -> Mapping[UUID, R]:
        """Write new records."""
        drafts = [group.draft for group in groups]
        return await self.table.insert_new(self.connection, drafts, event_context(SOURCE))

    async def update(self, groups: Sequence[Group[R, LoadedItem]]) -> Mapping[UUID, R]:
        """Write changed records."""
        drafts = [group.draft for group in groups]
        return await self.table.save(self.connection, drafts, event_context(SOURCE))


async def insert_one(
    connection: AsyncConnection,
    table: RecordTable[R],
    created: Change[R],
    key: Key | None,
    within: ColumnElement[bool],
) -> R:
    """Write one new record. Refuses with `external_id_taken`, naming the record that has the origin when
    the caller may see it."""
    written = await table.insert_new(connection, [Draft(None, (created,))], event_context(SOURCE))
    if not written:
        raise await origin_taken(connection, table, key, within)
    return created.after


async def out_of_view(
    connection: AsyncConnection, table: RecordTable[R], records: Iterable[R], within: ColumnElement[bool]
) -> set[UUID]:
    """Those of the records that the caller may not see. Asks nothing where the caller sees everything."""
    ids = {record.id for record in records}
    if not ids or isinstance(within, True_):
        return set()
    return ids - await table.existing(connection, ids, within)


def taken_out_of_view() -> DomainError:
    """The refusal of an origin that a record has which the caller may not see."""
    detail = "Another record has this id, and it is not yours to see."
    return DomainError("external_id_taken", detail, [FieldError("/external_id", "external_id_taken", detail)])


async def origin_taken(
    connection: AsyncConnection, table: RecordTable[R], key: Key | None, within: ColumnElement[bool]
) -> DomainError:
    """The refusal of an origin that another record has."""
    found = await table.find_loaded(connection, [key]) if key is not None else {}
    if await out_of_view(connection, table, found.values(), within):
        return taken_out_of_view()
    detail = "Another record has this external_id of this source_system."
    ids = [record.id for record in found.values()]
    return DomainError(
        "external_id_taken",
        detail,
        [FieldError("/external_id", "external_id_taken", detail)],
        extra={"id": ids[0]} if ids else {},
    )
