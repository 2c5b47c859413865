"""The list of merges."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row

from services.leads.matching.domain import KINDS
from services.leads.merge.schemas import MergeOut
from services.leads.merge.tables import merge
from shared.web.listing import Field, Listing

MERGES = Listing(
    name="merges",
    table=merge,
    default_sort="-merged_at",
    fields={
        "id": Field(merge.c.id, "uuid", sortable=True),
        "kind": Field(merge.c.kind, "enum", values=KINDS),
        "status": Field(merge.c.status, "enum", values=("done", "undone")),
        "winner_id": Field(merge.c.winner_id, "uuid"),
        "automatic": Field(merge.c.automatic, "bool"),
        "merged_at": Field(merge.c.merged_at, "datetime", sortable=True),
        "undone_at": Field(merge.c.undone_at, "datetime"),
    },
    columns=[merge.c[name] for name in MergeOut.model_fields],
    item_fields=tuple(MergeOut.model_fields),
)
WINNER_ID: ColumnElement[UUID] = merge.c.winner_id


def shown(row: Row[Any]) -> Mapping[str, Any]:
    """A row of the list as MergeOut."""
    columns = row._mapping
    item = {name: columns[name] for name in MergeOut.model_fields}
    return {**item, "moved": {name: len(moved) for name, moved in columns["moved"].items()}}
