"""Territories are edited in a draft; activating it makes it decide."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, and_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.expression.domain import compile_expression
from services.leads.member.use_cases.check_owners import unknown_members
from services.leads.record.domain import Change, before_and_after, differing, edited
from services.leads.record.use_cases.keep_settings import Settings
from services.leads.setting_history.use_cases.keep_history import note_step
from services.leads.territory import repository
from services.leads.territory.domain import Territory, TerritoryError
from services.leads.territory.repository import TERRITORIES
from services.leads.territory.use_cases.tell_territories import tell_territories
from shared.contracts.errors import FieldError
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id

KEPT = Settings(TERRITORIES, "territory")


async def find_territory(
    connection: AsyncConnection, territory_id: UUID, number: int | None = None
) -> Territory:
    """The territory in this version, the active one unless named. Refuses with `territory_not_found`."""
    edition = number if number is not None else await repository.active_number(connection)
    found = await TERRITORIES.find_where(connection, _in(territory_id, edition))
    if not found:
        raise TerritoryError("territory_not_found", "There is no such territory in this version.")
    return found[0]


async def draft_for(connection: AsyncConnection, number: int | None) -> int:
    """The draft to edit: this one, else the newest. Refuses with `no_draft` what is none."""
    wanted = number if number is not None else await repository.newest_draft(connection)
    version = None if wanted is None else await repository.find_version(connection, wanted, lock=True)
    if version is None or version["status"] != "draft":
        raise TerritoryError("no_draft", "Territories are edited in a draft; make one first.")
    return int(version["number"])


async def add_territory(
    connection: AsyncConnection,
    identity: Identity,
    number: int | None,
    values: Mapping[str, Any],
    *,
    now: datetime,
) -> Territory:
    """The new territory of a draft. Needs a transaction."""
    edition = await draft_for(connection, number)
    await _check(connection, identity, edition, values, None)
    new = Territory(new_id(), new_id(), edition, now, now, **values)
    made = await KEPT.add(connection, new, now=now)
    await _note(connection, made, "created", {name: (None, value) for name, value in values.items()}, now)
    return made


async def edit_territory(
    connection: AsyncConnection,
    identity: Identity,
    territory_id: UUID,
    number: int | None,
    values: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> Territory:
    """The territory of a draft with these values. Needs a transaction."""
    edition = await draft_for(connection, number)
    found = await find_territory(connection, territory_id, edition)
    await _check(connection, identity, edition, values, territory_id)

    def decide(territory: Territory) -> Change[Territory] | None:
        return edited(territory, values, now=now)

    after = await KEPT.change(connection, found.id, decide, seen_version=seen_version)
    changes = before_and_after(found, differing(found, values))
    if changes:
        await _note(connection, after, "changed", changes, now)
    return after


async def drop_territory(
    connection: AsyncConnection,
    territory_id: UUID,
    number: int | None,
    *,
    seen_version: int | None,
    now: datetime,
) -> None:
    """It is not in the draft any more. Refuses one with territories below it."""
    edition = await draft_for(connection, number)
    found = await find_territory(connection, territory_id, edition)
    if any(each.parent_id == territory_id for each in await repository.of_version(connection, edition)):
        raise TerritoryError("state_conflict", "There are territories below it; move or remove them first.")
    dropped = await KEPT.archive(connection, found.id, seen_version=seen_version, now=now)
    await _note(connection, dropped, "removed", {}, now)


async def activate_version(connection: AsyncConnection, number: int, *, now: datetime) -> RowMapping:
    """The version, which decides from now on; others are told. Refuses one that is no draft."""
    await draft_for(connection, number)
    before = await repository.of_version(connection, await repository.active_number(connection))
    await repository.activate(connection, number, now)
    await tell_territories(connection, now=now, before=before)
    found = await repository.find_version(connection, number)
    assert found is not None  # noqa: S101 - it was locked a moment ago
    return found


async def _note(
    connection: AsyncConnection,
    territory: Territory,
    what: str,
    changes: Mapping[str, tuple[Any, Any]],
    now: datetime,
) -> None:
    """The history of a territory goes through all versions; each step says in which it was taken."""
    await note_step(
        connection,
        "territory",
        territory.territory_id,
        version=territory.edition,
        what=what,
        changes=changes,
        now=now,
    )


def _in(territory_id: UUID, edition: int) -> ColumnElement[bool]:
    columns = TERRITORIES.table.c
    return and_(
        columns.territory_id == territory_id, columns.edition == edition, columns.archived_at.is_(None)
    )


async def _check(
    connection: AsyncConnection,
    identity: Identity,
    edition: int,
    values: Mapping[str, Any],
    territory_id: UUID | None,
) -> None:
    expression = values.get("criteria", {}).get("expression")
    if expression is not None:
        compile_expression(expression, pointer="/criteria/expression", wanted="condition")
    if await unknown_members(connection, identity, [values.get("manager_id")]):
        raise _wrong("manager_id", "There is no such active member.")
    parent = values.get("parent_id")
    if parent is not None:
        parents = {
            each.territory_id: each.parent_id for each in await repository.of_version(connection, edition)
        }
        if parent not in parents:
            raise _wrong("parent_id", "There is no such territory in this draft.")
        _check_no_cycle(parent, territory_id, parents)


def _check_no_cycle(
    parent: UUID | None, territory_id: UUID | None, parents: Mapping[UUID, UUID | None]
) -> None:
    for _ in range(len(parents) + 1):
        if parent is None:
            return
        if parent == territory_id:
            detail = "A territory cannot lie below itself."
            raise TerritoryError("validation_failed", detail, [FieldError("/parent_id", "cycle", detail)])
        parent = parents.get(parent)


def _wrong(field: str, detail: str) -> TerritoryError:
    return TerritoryError("reference_unknown", detail, [FieldError(f"/{field}", "reference_unknown", detail)])
