"""The list of a deal's objections."""

from typing import get_args

from services.pipeline.objection.domain import ObjectionKind
from services.pipeline.objection.schemas import ObjectionOut
from services.pipeline.objection.tables import objection
from shared.web.listing import Field, Listing

_O = objection.c
LISTING = Listing(
    name="objections",
    table=objection,
    fields={
        "id": Field(_O.id, "uuid"),
        "kind": Field(_O.kind, "enum", values=get_args(ObjectionKind)),
        "resolved_at": Field(_O.resolved_at, "datetime", sortable=True),
        "created_at": Field(_O.created_at, "datetime", sortable=True),
        "updated_at": Field(_O.updated_at, "datetime", sortable=True),
    },
    default_sort="-created_at",
    text=(_O.text,),
    columns=tuple(_O[name] for name in ObjectionOut.model_fields),
    item_fields=tuple(ObjectionOut.model_fields),
)
