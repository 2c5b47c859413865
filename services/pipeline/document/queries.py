"""The list of papers: those of deals the caller may read, and those the caller handles."""

from typing import get_args

from sqlalchemy import ColumnElement, or_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.rows import DEALS
from services.pipeline.deal.scope import readable_by
from services.pipeline.document.schemas import DocumentOut
from services.pipeline.document.tables import document
from shared.contracts.events.pipeline_deal import DocumentStatus, DocumentType
from shared.contracts.identity import Identity
from shared.web.listing import Field, Listing

_D = document.c
LISTING = Listing(
    name="documents",
    table=document.join(DEALS, DEALS.c.id == _D.deal_id),
    fields={
        "id": Field(_D.id, "uuid"),
        "deal_id": Field(_D.deal_id, "uuid"),
        "type": Field(_D.type, "enum", values=get_args(DocumentType)),
        "status": Field(_D.status, "enum", values=get_args(DocumentStatus)),
        "status_since": Field(_D.status_since, "datetime", sortable=True),
        "number": Field(_D.number, "text", sortable=True),
        "owner_id": Field(_D.owner_id, "uuid", description="Who handles the paper."),
        "dated_on": Field(_D.dated_on, "date", sortable=True),
        "created_at": Field(_D.created_at, "datetime", sortable=True),
        "updated_at": Field(_D.updated_at, "datetime", sortable=True),
    },
    default_sort="-created_at",
    text=(_D.number, _D.title),
    columns=tuple(_D[name] for name in DocumentOut.model_fields),
    item_fields=tuple(DocumentOut.model_fields),
)


async def concerns(connection: AsyncConnection, caller: Identity) -> ColumnElement[bool]:
    """Whether the caller may see it."""
    return or_(await readable_by(connection, caller), _D.owner_id == caller.member_id)
