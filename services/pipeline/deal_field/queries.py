"""The list of the organisation's own fields."""

from services.pipeline.deal_field.domain import TYPES
from services.pipeline.deal_field.schemas import FieldOut
from services.pipeline.deal_field.tables import deal_field
from shared.web.listing import Field, Listing

_F = deal_field.c
LISTING = Listing(
    name="deal-fields",
    table=deal_field,
    fields={
        "id": Field(_F.id, "uuid"),
        "key": Field(_F.key, "text", sortable=True),
        "label": Field(_F.label, "text", sortable=True),
        "type": Field(_F.type, "enum", values=TYPES),
        "required": Field(_F.required, "bool"),
        "indexed": Field(_F.indexed, "bool"),
        "active": Field(_F.active, "bool"),
        "position": Field(_F.position, "int", sortable=True),
        "created_at": Field(_F.created_at, "datetime", sortable=True),
    },
    default_sort="position,key",
    text=(_F.label, _F.key),
    columns=tuple(_F[name] for name in FieldOut.model_fields),
    item_fields=tuple(FieldOut.model_fields),
)
