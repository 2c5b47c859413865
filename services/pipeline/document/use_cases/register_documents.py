"""A paper is registered, sent, signed, declared void."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal import repository as deals
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.use_cases.know_references import know_references
from services.pipeline.deal.use_cases.note_on_deal import hold_deal, note_on_deal
from services.pipeline.document.domain import Document
from services.pipeline.document.repository import DOCUMENTS
from services.pipeline.merging import merged
from services.pipeline.records import advanced
from shared.contracts.errors import DomainError
from shared.contracts.events.pipeline_deal import DealDocumentAdded, DealDocumentChanged
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id


async def register_document(
    connection: AsyncConnection, deal_id: UUID, caller: Identity, values: Mapping[str, Any], *, now: datetime
) -> Document:
    """The new paper. Refuses with `deal_not_found`, `reference_unknown`."""
    await know_references(connection, values)
    deal = await hold_deal(connection, deal_id, caller)
    paper = Document(
        id=new_id(),
        deal_id=deal_id,
        status_since=now,
        recorded_by=caller.sub,
        created_at=now,
        updated_at=now,
        **values,
    )
    await DOCUMENTS.add(connection, paper)
    await note_on_deal(connection, deal, DealDocumentAdded, now=now, **_told(paper))
    return paper


async def see_document(connection: AsyncConnection, document_id: UUID, caller: Identity) -> Document:
    """One of a deal the caller may read, or one the caller handles. Refuses with `document_not_found`."""
    paper = await DOCUMENTS.find(connection, document_id)
    if paper is None:
        raise DOCUMENTS.missing()
    if not _handles(caller, paper):
        await _deal_of(connection, paper, caller, reading=True)
    return paper


async def edit_document(
    connection: AsyncConnection,
    document_id: UUID,
    caller: Identity,
    fields: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> Document:
    """The paper with these values; by who sees its deal, and by who handles it.

    Refuses with `document_not_found`, `version_conflict`, `reference_unknown`, `state_conflict`.
    """
    await know_references(connection, fields)
    seen = await see_document(connection, document_id, caller)
    if _handles(caller, seen):
        deal = (await deals.hold(connection, seen.deal_id)).deal
    else:
        deal = await _deal_of(connection, seen, caller, lock=True)
    before = await DOCUMENTS.get(connection, seen.deal_id, document_id)
    changes = await merged(connection, before, fields, seen_version=seen_version)
    if not changes:
        return before
    after = advanced(before, before.edited(changes, now), now)
    await DOCUMENTS.save(connection, after)
    await note_on_deal(connection, deal, DealDocumentChanged, now=now, **_told(after))
    return after


def _handles(caller: Identity, paper: Document) -> bool:
    return paper.owner_id is not None and paper.owner_id == caller.member_id


async def _deal_of(
    connection: AsyncConnection,
    paper: Document,
    caller: Identity,
    *,
    lock: bool = False,
    reading: bool = False,
) -> Deal:
    try:
        return (await deals.get(connection, paper.deal_id, caller, lock=lock, reading=reading)).deal
    except DomainError:
        raise DOCUMENTS.missing() from None


def _told(paper: Document) -> dict[str, Any]:
    return {"document_id": paper.id, "document_type": paper.type, "document_status": paper.status}
