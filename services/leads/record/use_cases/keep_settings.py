"""What the organisation sets up for itself: made, changed with the version that was read, never lost."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic
from uuid import UUID

from sqlalchemy import ColumnElement, true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.domain import Change, Draft, R, edited
from services.leads.record.record_table import RecordTable
from services.leads.record.use_cases.change_record import change_record
from services.leads.tables import SOURCE
from shared.contracts.errors import DomainError
from shared.observability.causes import event_context


@dataclass(frozen=True)
class Settings(Generic[R]):
    """One kind of setting. `thing` names it in refusals: `category` is refused as `category_not_found`."""

    table: RecordTable[R]
    thing: str

    async def find(
        self, connection: AsyncConnection, setting_id: UUID, within: ColumnElement[bool] | None = None
    ) -> R:
        """The setting. Refuses with `<thing>_not_found`."""
        found = await self.table.find(connection, setting_id, true() if within is None else within)
        if found is None:
            raise DomainError(f"{self.thing}_not_found", f"There is no such {self.thing.replace('_', ' ')}.")
        return found

    async def add(self, connection: AsyncConnection, setting: R, *, now: datetime) -> R:
        """The new setting. Refuses with `name_taken` when it holds a unique name that another one has."""
        step = Change(setting, "created", now, {})
        if not await self.table.insert_new(connection, [Draft(None, (step,))], event_context(SOURCE)):
            raise DomainError(
                "name_taken", f"There is a {self.thing.replace('_', ' ')} of this name already."
            )
        return setting

    async def change(
        self,
        connection: AsyncConnection,
        setting_id: UUID,
        decide: Callable[[R], Change[R] | None],
        *,
        seen_version: int | None,
        within: ColumnElement[bool] | None = None,
    ) -> R:
        """The setting after the change. Refuses with `version_conflict` like every change."""

        async def load() -> R:
            return await self.find(connection, setting_id, within)

        async def save(draft: Draft[R]) -> bool:
            return bool(await self.table.save(connection, [draft], event_context(SOURCE)))

        return await change_record(load, decide, save, seen_version=seen_version)

    async def archive(
        self, connection: AsyncConnection, setting_id: UUID, *, seen_version: int | None, now: datetime
    ) -> R:
        """The setting, put away; also when it was before."""

        def decide(setting: R) -> Change[R] | None:
            away = getattr(setting, "archived_at", None) is not None
            return None if away else edited(setting, {"archived_at": now}, now=now)

        return await self.change(connection, setting_id, decide, seen_version=seen_version)

    async def edit(
        self,
        connection: AsyncConnection,
        setting_id: UUID,
        values: Mapping[str, Any],
        *,
        seen_version: int | None,
        now: datetime,
    ) -> R:
        """The setting with these values."""

        def decide(setting: R) -> Change[R] | None:
            return edited(setting, values, now=now)

        return await self.change(connection, setting_id, decide, seen_version=seen_version)
