"""What is recorded beside a deal: rows that are dataclasses, each with a version of its own.

Must never break: a row is read, changed and told of under the lock of its deal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.errors import DomainError
from shared.web.merge import next_field_versions


class Record(Protocol):
    """A frozen dataclass whose fields are the columns of its table."""

    @property
    def id(self) -> UUID: ...
    @property
    def deal_id(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    @property
    def field_versions(self) -> Mapping[str, int]: ...


R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Records(Generic[R]):
    """The rows of one kind. `thing` names it in refusals: `need` is refused as `need_not_found`."""

    table: Table
    kind: type[R]
    thing: str

    async def get(self, connection: AsyncConnection, deal_id: UUID, record_id: UUID) -> R:
        """That of this deal. Refuses with `<thing>_not_found`."""
        found = await self.find(connection, record_id)
        if found is None or found.deal_id != deal_id:
            raise self.missing()
        return found

    async def find(self, connection: AsyncConnection, record_id: UUID) -> R | None:
        """By its id."""
        query = select(self.table).where(self.table.c.id == record_id)
        row = (await connection.execute(query)).mappings().first()
        return None if row is None else self.kind(**row)

    def missing(self) -> DomainError:
        """The refusal of what is not there."""
        return DomainError(f"{self.thing}_not_found", f"There is no such {self.thing.replace('_', ' ')}.")

    async def add(self, connection: AsyncConnection, record: R) -> None:
        """Write a new one."""
        await connection.execute(insert(self.table).values(_values(record)))

    async def save(self, connection: AsyncConnection, record: R) -> None:
        """Write its next version."""
        statement = update(self.table).where(self.table.c.id == record.id)
        await connection.execute(statement.values(_values(record)))


def _values(record: Any) -> dict[str, Any]:
    values = {each.name: getattr(record, each.name) for each in fields(record)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def advanced(record: R, changes: Mapping[str, Any], now: datetime) -> R:
    """The next version with these values."""
    version = record.version + 1
    return replace(  # type: ignore[type-var]  # every Record is a dataclass
        record,
        **changes,
        updated_at=now,
        version=version,
        field_versions=next_field_versions(record.field_versions, changes, version),
    )
