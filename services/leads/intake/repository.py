"""Receipts and quarantine entries to and from their tables."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Text,
    Update,
    Uuid,
    any_,
    bindparam,
    case,
    column,
    func,
    literal,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.intake.domain import EntryFilter, Faulty, Kept, Quarantined
from services.leads.intake.tables import quarantine, receipt
from services.leads.record.domain import field_names
from services.leads.record.repository import Beside, rows_beside
from shared.contracts.ids import new_id
from shared.persistence.bulk import insert_rows, recordset
from shared.persistence.types import Instant

_FIELDS = field_names(Quarantined)


@dataclass(frozen=True, slots=True)
class Closing:
    """Open quarantine entries of leads that are written are closed with them."""

    def build(self, written: CTE) -> CTE:
        """The part of the statement that writes the leads."""
        closing, lead_id = _closing()
        return closing.where(lead_id.in_(select(written.c.id))).returning(quarantine.c.id).cte("closed")


def closing_beside(partner_id: UUID, leads: Mapping[str, UUID], by: str | None, now: datetime) -> Beside:
    """The open entries of the references that are now these leads."""
    return Beside(Closing(), _closing_parameters(partner_id, leads, by, now))


async def close_entries(
    connection: AsyncConnection,
    partner_id: UUID,
    leads: Mapping[str, UUID],
    *,
    by: str | None,
    now: datetime,
) -> None:
    """The same by itself, for leads that were as they should be."""
    if leads:
        await connection.execute(_closing()[0], _closing_parameters(partner_id, leads, by, now))


@lru_cache
def _closing() -> tuple[Update, ColumnElement[UUID]]:
    given = func.unnest(
        bindparam("closed_references", type_=ARRAY(Text())), bindparam("closed_leads", type_=ARRAY(Uuid()))
    ).table_valued(column("external_id", Text), column("lead_id", Uuid), name="given")
    given = given.render_derived()
    moment = bindparam("closed_at", type_=Instant)
    closing = (
        update(quarantine)
        .values(
            status="released",
            lead_id=given.c.lead_id,
            record_id=given.c.lead_id,
            resolved_at=moment,
            resolved_by=bindparam("closed_by", type_=Text()),
            updated_at=moment,
            version=quarantine.c.version + 1,
        )
        .where(
            quarantine.c.partner_id == bindparam("closed_partner", type_=Uuid()),
            quarantine.c.external_id == given.c.external_id,
            quarantine.c.status == constant("open"),
        )
    )
    return closing, given.c.lead_id


def _closing_parameters(
    partner_id: UUID, leads: Mapping[str, UUID], by: str | None, now: datetime
) -> dict[str, Any]:
    return {
        "closed_partner": partner_id,
        "closed_references": list(leads),
        "closed_leads": list(leads.values()),
        "closed_by": by,
        "closed_at": now,
    }


def constant(value: str) -> ColumnElement[str]:
    """A constant in the statement itself, so that partial indexes are recognised."""
    return literal_column(f"'{value}'")


def receipt_row(
    receipt_id: UUID,
    partner_id: UUID,
    external_id: str,
    status: str,
    *,
    received_at: datetime,
    lead_id: UUID | None = None,
    quarantine_id: UUID | None = None,
) -> dict[str, Any]:
    """A receipt as it is written."""
    return {
        "id": receipt_id,
        "partner_id": partner_id,
        "external_id": external_id,
        "received_at": received_at,
        "status": status,
        "lead_id": lead_id,
        "quarantine_id": quarantine_id,
    }


def receipts_beside(rows: Sequence[Mapping[str, Any]]) -> Beside:
    """Receipts written with the leads they are about."""
    return rows_beside(receipt, rows, record="lead_id")


async def add_receipts(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Receipts of pushes that wrote no lead."""
    if rows:
        await connection.execute(insert_rows(receipt, rows))


async def mark_duplicates(connection: AsyncConnection, receipt_ids: Sequence[UUID]) -> None:
    """These pushes made leads that look like others."""
    if receipt_ids:
        among = receipt.c.id == any_(literal(list(receipt_ids), ARRAY(Uuid)))
        await connection.execute(update(receipt).where(among).values(status="duplicate"))


async def put_into_quarantine(
    connection: AsyncConnection, partner_id: UUID, faulty: Sequence[Faulty], now: datetime
) -> dict[str, UUID]:
    """The entries' ids by external id, the last push of each. An open entry is renewed, not doubled."""
    latest = {each.external_id: each for each in faulty}
    rows = [
        {
            "id": new_id(),
            "version": 1,
            "field_versions": {},
            "door": "partner",
            "source_id": partner_id,
            "partner_id": partner_id,
            "external_id": external_id,
            "status": "open",
            "payload": latest[external_id].payload,
            "errors": [asdict(error) for error in latest[external_id].errors],
            "duplicates": list(latest[external_id].duplicates),
            "received_at": now,
            "updated_at": now,
        }
        for external_id in sorted(latest)
    ]
    new = insert_rows(quarantine, rows)
    upserted = new.on_conflict_do_update(
        index_elements=["partner_id", "external_id"],
        index_where=quarantine.c.status == constant("open"),
        set_={
            "payload": new.excluded.payload,
            "errors": new.excluded.errors,
            "duplicates": new.excluded.duplicates,
            "updated_at": new.excluded.updated_at,
            "version": quarantine.c.version + 1,
        },
    ).returning(quarantine.c.external_id, quarantine.c.id)
    return {row.external_id: row.id for row in await connection.execute(upserted)}


async def keep(connection: AsyncConnection, kept: Sequence[Kept], now: datetime) -> list[UUID]:
    """New entries of other doors; their ids in order."""
    ids = [new_id() for _ in kept]
    rows = [
        {
            "id": entry_id,
            "version": 1,
            "field_versions": {},
            "door": each.door,
            "source_id": each.source_id,
            "spam_score": each.spam_score,
            "spam_reasons": list(each.spam_reasons),
            "beside": dict(each.beside),
            "duplicates": list(each.duplicates),
            "record_kind": each.record_kind,
            "row_number": each.row_number,
            "owner_id": each.owner_id,
            "status": "open",
            "payload": each.payload,
            "errors": [asdict(error) for error in each.errors],
            "received_at": now,
            "updated_at": now,
        }
        for entry_id, each in zip(ids, kept, strict=True)
    ]
    if rows:
        await connection.execute(insert_rows(quarantine, rows))
    return ids


async def open_ids(
    connection: AsyncConnection, among: EntryFilter, within: ColumnElement[bool], *, most: int
) -> list[UUID]:
    """The longest waiting open entries of the filter."""
    given = quarantine.c
    asked = {
        "door": given.door.__eq__,
        "source_id": given.source_id.__eq__,
        "received_from": given.received_at.__ge__,
        "received_to": given.received_at.__lt__,
        "most_spam": func.coalesce(given.spam_score, 0).__le__,
    }
    values = {name: getattr(among, name) for name in asked}
    conditions = [asked[name](value) for name, value in values.items() if value is not None]
    query = select(given.id).where(given.status == constant("open"), within, *conditions)
    rows = await connection.execute(query.order_by(given.received_at, given.id).limit(most))
    return [row.id for row in rows]


async def states(connection: AsyncConnection, ids: Sequence[UUID]) -> dict[UUID, tuple[str, UUID | None]]:
    """Status and lead of these entries."""
    wanted = quarantine.c.id == any_(literal(list(ids), ARRAY(Uuid)))
    rows = await connection.execute(
        select(quarantine.c.id, quarantine.c.status, quarantine.c.lead_id).where(wanted)
    )
    return {row.id: (row.status, row.lead_id) for row in rows}


async def discard_open(
    connection: AsyncConnection, source_id: UUID, reason: str, by: str | None, now: datetime
) -> None:
    """The open entries of a source are discarded."""
    given = quarantine.c
    await connection.execute(
        update(quarantine)
        .where(given.source_id == source_id, given.row_number.is_not(None), given.status == constant("open"))
        .values(
            status="discarded",
            discard_reason=reason,
            resolved_at=now,
            resolved_by=by,
            updated_at=now,
            version=given.version + 1,
        )
    )


async def settle(
    connection: AsyncConnection,
    rows: Sequence[Mapping[str, Any]],
    within: ColumnElement[bool],
    by: str,
    now: datetime,
) -> None:
    """Open entries of files become what the rows (id, status, record_id, discard_reason) say."""
    entry, given = quarantine.c, recordset(quarantine, rows)
    became_lead = case((entry.record_kind == "leads", given.c.record_id))
    await connection.execute(
        update(quarantine)
        .where(
            entry.id == given.c.id,
            entry.status == constant("open"),
            entry.row_number.is_not(None),
            within,
        )
        .values(
            status=given.c.status,
            record_id=given.c.record_id,
            lead_id=became_lead,
            discard_reason=given.c.discard_reason,
            resolved_at=now,
            resolved_by=by,
            updated_at=now,
            version=entry.version + 1,
        )
    )


async def find(
    connection: AsyncConnection, entry_id: UUID, within: ColumnElement[bool], *, lock: bool = False
) -> Quarantined | None:
    """The entry, when it is within what the caller may see. `lock`: until the transaction ends."""
    query = select(*(quarantine.c[name] for name in _FIELDS)).where(quarantine.c.id == entry_id, within)
    row = (await connection.execute(query.with_for_update() if lock else query)).mappings().first()
    return None if row is None else Quarantined(**row)


async def save(connection: AsyncConnection, entry: Quarantined) -> None:
    """Write the next state of an entry that was locked."""
    values = {name: getattr(entry, name) for name in _FIELDS if name != "id"}
    await connection.execute(update(quarantine).where(quarantine.c.id == entry.id).values(**values))


async def lead_now(connection: AsyncConnection, entry_id: UUID) -> UUID | None:
    """The lead an entry became."""
    found: UUID | None = await connection.scalar(
        select(quarantine.c.lead_id).where(quarantine.c.id == entry_id)
    )
    return found
