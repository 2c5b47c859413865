"""The list of categories."""

from services.leads.category.schemas import CategoryOut
from services.leads.category.tables import lead_category as category
from shared.web.listing import Field, Listing

CATEGORIES = Listing(
    name="lead-categories",
    table=category,
    default_sort="position",
    fields={
        "id": Field(category.c.id, "uuid", sortable=True),
        "key": Field(category.c.key, "text", sortable=True),
        "name": Field(category.c.name, "text"),
        "position": Field(category.c.position, "int", sortable=True),
        "active": Field(category.c.archived_at.is_(None), "bool", nullable=False),
        "created_at": Field(category.c.created_at, "datetime", sortable=True),
        "updated_at": Field(category.c.updated_at, "datetime"),
    },
    columns=[
        *(category.c[name] for name in CategoryOut.model_fields if name != "active"),
        category.c.archived_at.is_(None).label("active"),
    ],
    item_fields=tuple(CategoryOut.model_fields),
)
