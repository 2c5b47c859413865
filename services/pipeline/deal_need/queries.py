"""The list of a deal's needs."""

from services.pipeline.deal_need.schemas import NeedOut
from services.pipeline.deal_need.tables import deal_need
from shared.web.listing import Field, Listing

_N = deal_need.c
LISTING = Listing(
    name="deal-needs",
    table=deal_need,
    fields={
        "id": Field(_N.id, "uuid"),
        "urgency": Field(_N.urgency, "enum", values=("low", "medium", "high")),
        "created_at": Field(_N.created_at, "datetime", sortable=True),
        "updated_at": Field(_N.updated_at, "datetime", sortable=True),
    },
    default_sort="-created_at",
    text=(_N.words,),
    columns=tuple(_N[name] for name in NeedOut.model_fields),
    item_fields=tuple(NeedOut.model_fields),
)
