"""Taking back what was loaded: new records are put away, changed fields get their earlier values back.

Must never break: nothing that anybody else has done since is undone, and nothing is lost: what is put away
can be brought back.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, Literal, Protocol, TypeVar, get_type_hints
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.domain import Change, Draft, Record
from services.leads.record.record_table import RecordTable
from services.leads.tables import SOURCE
from shared.observability.causes import event_context

How = Literal["archived", "restored", "partly", "left"]


class Editable(Record, Protocol):
    """A record whose fields can be set and which can be put away."""

    @property
    def archived_at(self) -> datetime | None: ...

    def edit(self, values: Mapping[str, Any], *, now: datetime) -> "Change[Any] | None":
        """With these values."""
        ...

    def archive(self, *, now: datetime) -> "Change[Any] | None":
        """Put away."""
        ...


E = TypeVar("E", bound=Editable)
Save = Callable[[Sequence[Draft[E]]], Awaitable[Mapping[UUID, E]]]
Versions = Callable[[Collection[UUID]], Awaitable[Mapping[UUID, set[int]]]]
"""The versions of these records that the system made by itself."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did to one record. `versions`: those it wrote; `fields`: [before, after] as JSON."""

    record_id: UUID
    created: bool
    versions: frozenset[int]
    fields: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TakenBack:
    """How far one record's loading was taken back. `kept`: fields that others have changed since."""

    record_id: UUID
    how: How
    why: str | None = None
    kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TakesBack(Generic[E]):
    """One kind of record. `by_system`: by default nothing changes such records by itself."""

    table: RecordTable[E]
    save: Save[E]
    by_system: Versions | None = None

    async def take_back(
        self, connection: AsyncConnection, loads: Sequence[Loaded], now: datetime
    ) -> list[TakenBack]:
        """For each of them what was done. Needs a transaction: the records are locked."""
        records = await self.table.lock_many(connection, [load.record_id for load in loads])
        system = await self.by_system(records.keys()) if self.by_system is not None else {}
        answers, drafts = [], []
        for load in loads:
            record = records.get(load.record_id)
            if record is None:
                answers.append(TakenBack(load.record_id, "left", "gone"))
                continue
            answer, change = self._decide(record, load, system.get(load.record_id, set()), now)
            answers.append(answer)
            if change is not None:
                drafts.append(Draft(record, (change,)))
        if drafts:
            await self.save(drafts)
        return answers

    def _decide(
        self, record: E, load: Loaded, system: Collection[int], now: datetime
    ) -> tuple[TakenBack, Change[Any] | None]:
        if load.created:
            first = min(load.versions)
            others = set(range(first, record.version + 1)) - load.versions - set(system)
            if others:
                return TakenBack(record.id, "left", "changed_since"), None
            return TakenBack(record.id, "archived"), record.archive(now=now)
        if record.archived_at is not None:
            return TakenBack(record.id, "left", "archived_since"), None
        earlier, kept = self._still_ours(record, load.fields)
        if not earlier:
            return TakenBack(record.id, "left", "changed_since", kept), None
        how: How = "partly" if kept else "restored"
        change = record.edit(earlier, now=now)
        return TakenBack(record.id, how, "changed_since" if kept else None, kept), change

    def _still_ours(
        self, record: E, fields: Mapping[str, tuple[Any, Any]]
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        """The earlier values of fields that hold what was loaded, and the fields that do not any more."""
        earlier: dict[str, Any] = {}
        kept = []
        for name, (before, after) in fields.items():
            if getattr(record, name) == _value(self.table.kind, name, after):
                earlier[name] = _value(self.table.kind, name, before)
            else:
                kept.append(name)
        return earlier, tuple(kept)


def saving(table: RecordTable[E], connection: AsyncConnection) -> Save[E]:
    """Written with their events."""

    async def save(drafts: Sequence[Draft[E]]) -> Mapping[UUID, E]:
        return await table.save(connection, drafts, event_context(SOURCE))

    return save


def _value(kind: type, name: str, value: Any) -> Any:
    return _adapter(kind, name).validate_python(value)


@lru_cache(maxsize=512)
def _adapter(kind: type, name: str) -> TypeAdapter[Any]:
    return TypeAdapter(get_type_hints(kind)[name])
