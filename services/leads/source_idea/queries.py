"""The list of ideas."""

from services.leads.source_idea.domain import STATUSES
from services.leads.source_idea.schemas import IdeaOut
from services.leads.source_idea.tables import lead_source_idea as table
from shared.web.listing import Field, Listing

IDEAS = Listing(
    name="lead-source-ideas",
    table=table,
    default_sort="-created_at",
    fields={
        "id": Field(table.c.id, "uuid", sortable=True),
        "name": Field(table.c.name, "text", sortable=True),
        "status": Field(table.c.status, "enum", values=STATUSES),
        "source": Field(table.c.source, "text"),
        "suggested_by": Field(table.c.suggested_by, "text"),
        "created_at": Field(table.c.created_at, "datetime", sortable=True),
        "updated_at": Field(table.c.updated_at, "datetime"),
        "archived_at": Field(table.c.archived_at, "datetime"),
    },
    columns=[table.c[name] for name in IdeaOut.model_fields],
    item_fields=tuple(IdeaOut.model_fields),
)
