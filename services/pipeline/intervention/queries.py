"""The list of a deal's interventions."""

from uuid import UUID

from sqlalchemy import ColumnElement

from services.pipeline.intervention.schemas import InterventionOut
from services.pipeline.intervention.tables import intervention
from shared.web.listing import Field, Listing

_I = intervention.c
LISTING = Listing(
    name="interventions",
    table=intervention,
    fields={
        "id": Field(_I.id, "uuid"),
        "intervened_by": Field(_I.intervened_by, "text"),
        "created_at": Field(_I.created_at, "datetime", sortable=True),
    },
    default_sort="-created_at",
    text=(_I.reason,),
    columns=tuple(_I[name] for name in InterventionOut.model_fields),
    item_fields=tuple(InterventionOut.model_fields),
)


def of_deal(deal_id: UUID) -> ColumnElement[bool]:
    """Those of this deal."""
    return _I.deal_id == deal_id
