"""Rows that are dataclasses, each with a version of its own: in catalogues, and beside a deal.

Must never break: a row of a deal is read, changed and told of under the lock of its deal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import RowMapping, Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.errors import DomainError
from shared.web.merge import next_field_versions


class Row(Protocol):
    """A frozen dataclass whose fields are the columns of its table."""

    @property
    def id(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    @property
    def field_versions(self) -> Mapping[str, int]: ...


class Record(Row, Protocol):
    """A row that belongs to a deal."""

    @property
    def deal_id(self) -> UUID: ...


E = TypeVar("E", bound=Row)
R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Rows(Generic[E]):
    """The rows of one kind. `thing` names it in refusals: `need` is refused as `need_not_found`."""

    table: Table
    kind: type[E]
    thing: str

    async def one(self, connection: AsyncConnection, row_id: UUID) -> E:
        """By its id, unchanged by others until the transaction ends. Refuses with `<thing>_not_found`."""
        found = await self.find(connection, row_id, lock=True)
        if found is None:
            raise self.missing()
        return found

    async def find(self, connection: AsyncConnection, row_id: UUID, *, lock: bool = False) -> E | None:
        """By its id."""
        query = select(self.table).where(self.table.c.id == row_id)
        row = (await connection.execute(query.with_for_update() if lock else query)).mappings().first()
        return None if row is None else self.read(row)

    def read(self, row: RowMapping) -> E:
        """A row as the dataclass; lists are tuples there."""
        return self.kind(
            **{name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
        )

    def missing(self) -> DomainError:
        """The refusal of what is not there."""
        return DomainError(f"{self.thing}_not_found", f"There is no such {self.thing.replace('_', ' ')}.")

    async def add(self, connection: AsyncConnection, record: E) -> None:
        """Write a new one."""
        await connection.execute(insert(self.table).values(_values(record)))

    async def save(self, connection: AsyncConnection, record: E) -> None:
        """Write its next version."""
        statement = update(self.table).where(self.table.c.id == record.id)
        await connection.execute(statement.values(_values(record)))


class Records(Rows[R]):
    """The rows of one kind that belong to deals."""

    async def get(self, connection: AsyncConnection, deal_id: UUID, record_id: UUID) -> R:
        """That of this deal. Refuses with `<thing>_not_found`."""
        found = await self.find(connection, record_id)
        if found is None or found.deal_id != deal_id:
            raise self.missing()
        return found


def _values(record: Any) -> dict[str, Any]:
    values = {each.name: getattr(record, each.name) for each in fields(record)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def advanced(record: E, changes: Mapping[str, Any], now: datetime) -> E:
    """The next version with these values."""
    version = record.version + 1
    return replace(  # type: ignore[type-var]  # every Record is a dataclass
        record,
        **changes,
        updated_at=now,
        version=version,
        field_versions=next_field_versions(record.field_versions, changes, version),
    )
