"""Records that name another one: that becomes part of a third, and they name the third, or it again."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, Table, Uuid, any_, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.domain import Change, Draft, R
from services.leads.record.record_table import RecordTable

AT_ONCE = 500
Save = Callable[[AsyncConnection, Sequence[Draft[R]]], Awaitable[Mapping[UUID, R]]]


class Moved(NamedTuple):
    """A record that was moved, and what it named before."""

    id: UUID
    was: UUID


class Links(Protocol):
    """What may name records that are merged."""

    @property
    def name(self) -> str: ...
    @property
    def field(self) -> str: ...

    async def count(self, connection: AsyncConnection, named: Sequence[UUID]) -> int:
        """How many rows name one of these."""
        ...

    async def move(
        self, connection: AsyncConnection, losers: Sequence[UUID], winner: UUID, now: datetime
    ) -> list[Moved]:
        """Whatever names one of the losers names the winner. Answers what was moved."""
        ...

    async def give_back(
        self, connection: AsyncConnection, moved: Sequence[Moved], winner: UUID, now: datetime
    ) -> list[UUID]:
        """What was moved names what it named before, unless that was changed since: the ids of those."""
        ...


@dataclass(frozen=True, slots=True)
class PlainLink:
    """Rows without versions and events that name the record they are about."""

    name: str
    field: str
    table: Table

    async def count(self, connection: AsyncConnection, named: Sequence[UUID]) -> int:
        """How many rows name one of these."""
        counted = select(func.count()).where(self.table.c[self.field] == any_(_ids(named)))
        return int(await connection.scalar(counted) or 0)

    async def move(
        self, connection: AsyncConnection, losers: Sequence[UUID], winner: UUID, _now: datetime
    ) -> list[Moved]:
        """Whatever names one of the losers names the winner. Answers what was moved."""
        rows = self.table.c
        before = self.table.alias("before")
        moved = await connection.execute(
            update(self.table)
            .where(rows.id == before.c.id, before.c[self.field] == any_(_ids(losers)))
            .values({self.field: winner})
            .returning(rows.id, before.c[self.field])
        )
        return sorted(Moved(row[0], row[1]) for row in moved)

    async def give_back(
        self, connection: AsyncConnection, moved: Sequence[Moved], winner: UUID, _now: datetime
    ) -> list[UUID]:
        """What was moved names what it named before, unless that was changed since: the ids of those."""
        rows, back = self.table.c, set()
        for was in sorted({each.was for each in moved}):
            ids = [each.id for each in moved if each.was == was]
            given = await connection.execute(
                update(self.table)
                .where(rows.id == any_(_ids(ids)), rows[self.field] == winner)
                .values({self.field: was})
                .returning(rows.id)
            )
            back |= set(given.scalars())
        return [each.id for each in moved if each.id not in back]


def _ids(ids: Sequence[UUID]) -> ColumnElement[Any]:
    return literal(list(ids), ARRAY(Uuid))


@dataclass(frozen=True, slots=True)
class Link(Generic[R]):
    """Records of `table` whose `field` names the records that are merged. `step` is the record's own rule."""

    name: str
    field: str
    table: RecordTable[R]
    step: Callable[[R, Mapping[str, Any], datetime], Change[R] | None]
    save: Save[R]

    async def count(self, connection: AsyncConnection, named: Sequence[UUID]) -> int:
        """How many records name one of these."""
        column = self.table.table.c[self.field]
        counted = select(func.count()).where(column == any_(_ids(named)))
        return int(await connection.scalar(counted) or 0)

    async def move(
        self, connection: AsyncConnection, losers: Sequence[UUID], winner: UUID, now: datetime
    ) -> list[Moved]:
        """Whatever names one of the losers names the winner. Answers what was moved."""
        column = self.table.table.c[self.field]
        moved: list[Moved] = []
        while True:
            records = await self.table.lock_some(connection, column == any_(_ids(losers)), most=AT_ONCE)
            await self._write(connection, [(record, winner) for record in records], now)
            moved += [Moved(record.id, getattr(record, self.field)) for record in records]
            if len(records) < AT_ONCE:
                return moved

    async def give_back(
        self, connection: AsyncConnection, moved: Sequence[Moved], winner: UUID, now: datetime
    ) -> list[UUID]:
        """What was moved names what it named before, unless that was changed since: the ids of those."""
        kept: list[UUID] = []
        for start in range(0, len(moved), AT_ONCE):
            part = {each.id: each.was for each in moved[start : start + AT_ONCE]}
            wanted = self.table.table.c.id == any_(_ids(list(part)))
            records = await self.table.lock_some(connection, wanted, most=AT_ONCE)
            still = [record for record in records if getattr(record, self.field) == winner]
            await self._write(connection, [(record, part[record.id]) for record in still], now)
            kept += sorted(part.keys() - {record.id for record in still})
        return kept

    async def _write(
        self, connection: AsyncConnection, wanted: Sequence[tuple[R, UUID]], now: datetime
    ) -> None:
        steps = [(record, self.step(record, {self.field: value}, now)) for record, value in wanted]
        drafts = [Draft(record, (step,)) for record, step in steps if step is not None]
        if drafts:
            await self.save(connection, drafts)
