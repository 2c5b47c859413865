"""Inquiries to and from their tables."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    RowMapping,
    Text,
    bindparam,
    column,
    func,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.inquiry.tables import inquiry, inquiry_settings
from services.leads.record.repository import rows_of
from shared.persistence.bulk import insert_rows

_LINKS = ("status", "lead_id", "contact_id", "account_id", "activity_id", "quarantine_id", "owner_id")


async def reserve(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> set[UUID]:
    """Write the ones that are new by source system and id; waits for whoever is just writing the same."""
    new = insert_rows(inquiry, rows).on_conflict_do_nothing().returning(inquiry.c.id)
    return {row.id for row in await connection.execute(new)}


async def find_known(
    connection: AsyncConnection, keys: Collection[tuple[str, str]]
) -> dict[tuple[str, str], RowMapping]:
    """The inquiries of these source systems and ids."""
    if not keys:
        return {}
    there = tuple_(inquiry.c.source_system, inquiry.c.external_id).in_(sorted(keys))
    rows = await connection.execute(select(inquiry).where(there))
    return {(row["source_system"], row["external_id"]): row for row in rows.mappings()}


async def settle(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """What became of them: status and links by id."""
    given = rows_of(inquiry, "settled")
    statement = (
        update(inquiry).values({name: given.c[name] for name in _LINKS}).where(inquiry.c.id == given.c.id)
    )
    await connection.execute(statement, {"settled": list(rows)})


async def one_at_a_time(connection: AsyncConnection, senders: Collection[str]) -> None:
    """Until the transaction ends nobody else takes in an inquiry of these addresses and numbers."""
    names = func.unnest(bindparam("senders", type_=ARRAY(Text()))).table_valued(column("name", Text))
    in_order = select(names.c.name).order_by(names.c.name).subquery()
    locks = select(func.pg_advisory_xact_lock(func.hashtextextended("inquiry:" + in_order.c.name, 0)))
    await connection.execute(locks, {"senders": sorted(senders)})


async def find(connection: AsyncConnection, inquiry_id: UUID, *within: Any) -> RowMapping | None:
    """The inquiry, when it is within what the caller may see."""
    rows = await connection.execute(select(inquiry).where(inquiry.c.id == inquiry_id, *within))
    return rows.mappings().first()


async def own_mail_domains(connection: AsyncConnection) -> tuple[int, tuple[str, ...]]:
    """The version of the settings, 0 before there are any, and the domains."""
    row = (await connection.execute(select(inquiry_settings))).mappings().first()
    return (0, ()) if row is None else (row["version"], tuple(row["own_mail_domains"]))


async def set_own_mail_domains(
    connection: AsyncConnection, domains: Sequence[str], seen_version: int | None
) -> int | None:
    """The new version; None when the settings are no longer those of `seen_version`."""
    new = insert(inquiry_settings).values(sole=True, version=1, own_mail_domains=list(domains))
    same = text("true") if seen_version is None else inquiry_settings.c.version == seen_version
    renewed = new.on_conflict_do_update(
        index_elements=["sole"],
        set_={"version": inquiry_settings.c.version + 1, "own_mail_domains": new.excluded.own_mail_domains},
        where=same,
    )
    version: int | None = await connection.scalar(renewed.returning(inquiry_settings.c.version))
    return version
