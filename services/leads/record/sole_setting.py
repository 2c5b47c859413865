"""A setting there is one of: a table of one row, with a version."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.errors import DomainError


@dataclass(frozen=True)
class SoleSetting:
    """`table` has the columns `sole`, `version` and `name`'s own. `otherwise` holds until it is set."""

    table: Table
    name: str
    otherwise: Any

    async def read(self, connection: AsyncConnection) -> tuple[int, Any]:
        """Version and value; version 0 before it was set."""
        row = (await connection.execute(select(self.table))).mappings().first()
        return (0, self.otherwise) if row is None else (row["version"], row[self.name])

    async def write(self, connection: AsyncConnection, value: Any, seen_version: int | None) -> int:
        """The new version. Refuses with `version_conflict` when it is no longer that of `seen_version`."""
        table = self.table.c
        new = insert(self.table).values({"sole": True, "version": 1, self.name: value})
        renewed = new.on_conflict_do_update(
            index_elements=["sole"],
            set_={"version": table.version + 1, self.name: new.excluded[self.name]},
            where=true() if seen_version is None else table.version == seen_version,
        )
        version: int | None = await connection.scalar(renewed.returning(table.version))
        if version is None:
            raise DomainError("version_conflict", "The settings were changed meanwhile; read them again.")
        return version
