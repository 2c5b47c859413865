"""The list of a seller's responsibilities."""

from services.leads.responsibility.tables import responsibility
from shared.web.listing import Field, Listing

_row = responsibility.c
_AS_THEY_ARE = ("tasks", "lead_types", "stages", "skills", "note", "created_at", "created_by")
RESPONSIBILITIES = Listing(
    name="responsibilities",
    table=responsibility,
    default_sort="-from",
    fields={
        "id": Field(_row.id, "uuid", sortable=True),
        "from": Field(_row.starts_at, "datetime", sortable=True),
        "to": Field(_row.ends_at, "datetime"),
    },
    columns=[
        *(_row.id, _row.member_id, _row.starts_at.label("from"), _row.ends_at.label("to")),
        *(_row[name] for name in _AS_THEY_ARE),
    ],
    item_fields=("id", "member_id", "from", "to", *_AS_THEY_ARE),
)
