"""The list of reasons."""

from services.pipeline.loss_reason.domain import OUTCOMES
from services.pipeline.loss_reason.schemas import ReasonOut
from services.pipeline.loss_reason.tables import loss_reason
from shared.web.listing import Field, Listing

_R = loss_reason.c
LISTING = Listing(
    name="loss-reasons",
    table=loss_reason,
    fields={
        "id": Field(_R.id, "uuid"),
        "key": Field(_R.key, "text", sortable=True),
        "label": Field(_R.label, "text", sortable=True),
        "outcome": Field(_R.outcome, "enum", values=OUTCOMES),
        "active": Field(_R.active, "bool"),
        "position": Field(_R.position, "int", sortable=True),
        "created_at": Field(_R.created_at, "datetime", sortable=True),
    },
    default_sort="position,key",
    text=(_R.label, _R.key),
    columns=tuple(_R[name] for name in ReasonOut.model_fields),
    item_fields=tuple(ReasonOut.model_fields),
)
