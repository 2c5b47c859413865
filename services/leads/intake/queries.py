"""Reads of intake: the quarantine's list, receipts, and what happened to a push."""

from typing import get_args
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, false, func, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.intake.domain import DOORS, STATUSES, ReceiptStatus
from services.leads.intake.schemas import QuarantineOut, ReceiptItem
from services.leads.intake.tables import quarantine, receipt
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.web.listing import Field, Listing

QUARANTINE = Listing(
    name="quarantine",
    table=quarantine,
    default_sort="-received_at",
    fields={
        "id": Field(quarantine.c.id, "uuid", sortable=True),
        "status": Field(quarantine.c.status, "enum", values=STATUSES),
        "door": Field(quarantine.c.door, "enum", values=DOORS),
        "source_id": Field(quarantine.c.source_id, "uuid"),
        "partner_id": Field(quarantine.c.partner_id, "uuid"),
        "spam_score": Field(quarantine.c.spam_score, "int"),
        "external_id": Field(quarantine.c.external_id, "text"),
        "record_kind": Field(quarantine.c.record_kind, "text"),
        "row_number": Field(quarantine.c.row_number, "int", sortable=True),
        "owner_id": Field(quarantine.c.owner_id, "uuid"),
        "lead_id": Field(quarantine.c.lead_id, "uuid"),
        "record_id": Field(quarantine.c.record_id, "uuid"),
        "received_at": Field(quarantine.c.received_at, "datetime", sortable=True),
        "updated_at": Field(quarantine.c.updated_at, "datetime"),
    },
    columns=[quarantine.c[name] for name in QuarantineOut.model_fields],
    item_fields=tuple(QuarantineOut.model_fields),
)


RECEIPTS = Listing(
    name="receipts",
    table=receipt,
    default_sort="external_id",
    fields={
        "receipt_id": Field(receipt.c.id, "uuid", sortable=True),
        "external_id": Field(receipt.c.external_id, "text", sortable=True),
        "received_at": Field(receipt.c.received_at, "datetime"),
        "status": Field(receipt.c.status, "enum", values=get_args(ReceiptStatus)),
    },
    columns=[
        receipt.c.id.label("receipt_id"),
        receipt.c.external_id,
        receipt.c.received_at,
        receipt.c.status,
        receipt.c.lead_id.label("id"),
    ],
    item_fields=tuple(ReceiptItem.model_fields),
    id_field="receipt_id",
)


async def find_receipt(connection: AsyncConnection, partner_id: UUID, receipt_id: UUID) -> RowMapping | None:
    """One of the partner's own receipts, with the faults of a push that lies in quarantine."""
    rows = await connection.execute(
        select(receipt, quarantine.c.errors)
        .outerjoin(quarantine, quarantine.c.id == receipt.c.quarantine_id)
        .where(receipt.c.id == receipt_id, receipt.c.partner_id == partner_id)
    )
    return rows.mappings().first()


async def receipts_of(connection: AsyncConnection, partner_id: UUID, external_id: str) -> list[RowMapping]:
    """The first 500 pushes of this reference that did something, oldest first."""
    rows = await connection.execute(
        select(receipt.c.received_at, receipt.c.status)
        .where(
            receipt.c.partner_id == partner_id,
            receipt.c.external_id == external_id,
            receipt.c.status != "unchanged",
        )
        .order_by(receipt.c.received_at, receipt.c.id)
        .limit(500)
    )
    return list(rows.mappings())


async def entries_of(connection: AsyncConnection, partner_id: UUID, external_id: str) -> list[RowMapping]:
    """The quarantine entries of this reference, oldest first."""
    rows = await connection.execute(
        select(quarantine.c.status, quarantine.c.errors, quarantine.c.resolved_at, quarantine.c.received_at)
        .where(quarantine.c.partner_id == partner_id, quarantine.c.external_id == external_id)
        .order_by(quarantine.c.received_at, quarantine.c.id)
        .limit(100)
    )
    return list(rows.mappings())


async def waiting_by_partner(
    connection: AsyncConnection, identity: Identity, period: Period
) -> dict[UUID, int]:
    """How many pushes of the period wait in quarantine or were discarded, by partner: a partner's own, all
    for those who decide about them."""
    entry = quarantine.c
    if identity.partner_id is not None:
        seen: ColumnElement[bool] = entry.partner_id == identity.partner_id
    else:
        seen = true() if identity.kind == "member" and identity.scope in ("subtree", "all") else false()
    rows = await connection.execute(
        select(entry.partner_id, func.count())
        .where(
            entry.door == "partner",
            entry.status != "released",
            entry.received_at >= period.starts_at,
            entry.received_at < period.ends_at,
            seen,
        )
        .group_by(entry.partner_id)
    )
    return {row[0]: row[1] for row in rows}
