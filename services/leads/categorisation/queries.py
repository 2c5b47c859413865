"""The list of rules."""

from services.leads.categorisation.schemas import RuleOut
from services.leads.categorisation.tables import category_rule as rule
from shared.web.listing import Field, Listing

RULES = Listing(
    name="category-rules",
    table=rule,
    default_sort="position",
    fields={
        "id": Field(rule.c.id, "uuid", sortable=True),
        "name": Field(rule.c.name, "text"),
        "category": Field(rule.c.category, "text"),
        "position": Field(rule.c.position, "int", sortable=True),
        "active": Field(rule.c.active, "bool"),
        "created_at": Field(rule.c.created_at, "datetime", sortable=True),
        "updated_at": Field(rule.c.updated_at, "datetime"),
        "archived_at": Field(rule.c.archived_at, "datetime"),
    },
    columns=[rule.c[name] for name in RuleOut.model_fields],
    item_fields=tuple(RuleOut.model_fields),
)
