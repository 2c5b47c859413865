"""Reads of the queue."""

from uuid import UUID

from sqlalchemy import ColumnElement, or_

from services.leads.duplicate.domain import STATUSES
from services.leads.duplicate.schemas import CandidateOut
from services.leads.duplicate.tables import duplicate_candidate as table
from services.leads.matching.domain import KINDS, PAIRS
from shared.web.listing import Field, Listing

CANDIDATES = Listing(
    name="duplicates",
    table=table,
    default_sort="-found_at",
    fields={
        "id": Field(table.c.id, "uuid", sortable=True),
        "kind": Field(table.c.kind, "enum", values=PAIRS),
        "status": Field(table.c.status, "enum", values=STATUSES),
        "score": Field(table.c.score, "int", sortable=True),
        "a_kind": Field(table.c.a_kind, "enum", values=KINDS),
        "a_id": Field(table.c.a_id, "uuid"),
        "b_kind": Field(table.c.b_kind, "enum", values=KINDS),
        "b_id": Field(table.c.b_id, "uuid"),
        "rule_id": Field(table.c.rule_id, "uuid"),
        "merge_id": Field(table.c.merge_id, "uuid"),
        "found_at": Field(table.c.found_at, "datetime", sortable=True),
        "updated_at": Field(table.c.updated_at, "datetime"),
    },
    columns=[table.c[name] for name in CandidateOut.model_fields],
    item_fields=tuple(CandidateOut.model_fields),
)
A_ID: ColumnElement[UUID] = table.c.a_id
B_ID: ColumnElement[UUID] = table.c.b_id


def about(record_id: UUID) -> ColumnElement[bool]:
    """The pairs the record is one of."""
    return or_(table.c.a_id == record_id, table.c.b_id == record_id)
